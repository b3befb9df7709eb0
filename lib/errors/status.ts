/** Reason phrase and defining section of each error status (RFC 9110 section 15.5 and 15.6, RFC 6585). */
interface StatusEntry {
  readonly title: string;
  readonly type: string;
}

const rfc9110 = (section: string) => `https://www.rfc-editor.org/rfc/rfc9110#section-${section}`;
const rfc6585 = (section: string) => `https://www.rfc-editor.org/rfc/rfc6585#section-${section}`;

const statuses: Readonly<Record<number, StatusEntry>> = {
  400: { title: 'Bad Request', type: rfc9110('15.5.1') },
  401: { title: 'Unauthorized', type: rfc9110('15.5.2') },
  402: { title: 'Payment Required', type: rfc9110('15.5.3') },
  403: { title: 'Forbidden', type: rfc9110('15.5.4') },
  404: { title: 'Not Found', type: rfc9110('15.5.5') },
  405: { title: 'Method Not Allowed', type: rfc9110('15.5.6') },
  406: { title: 'Not Acceptable', type: rfc9110('15.5.7') },
  408: { title: 'Request Timeout', type: rfc9110('15.5.9') },
  409: { title: 'Conflict', type: rfc9110('15.5.10') },
  410: { title: 'Gone', type: rfc9110('15.5.11') },
  411: { title: 'Length Required', type: rfc9110('15.5.12') },
  412: { title: 'Precondition Failed', type: rfc9110('15.5.13') },
  413: { title: 'Payload Too Large', type: rfc9110('15.5.14') },
  414: { title: 'URI Too Long', type: rfc9110('15.5.15') },
  415: { title: 'Unsupported Media Type', type: rfc9110('15.5.16') },
  416: { title: 'Range Not Satisfiable', type: rfc9110('15.5.17') },
  417: { title: 'Expectation Failed', type: rfc9110('15.5.18') },
  421: { title: 'Misdirected Request', type: rfc9110('15.5.20') },
  422: { title: 'Unprocessable Entity', type: rfc9110('15.5.21') },
  426: { title: 'Upgrade Required', type: rfc9110('15.5.22') },
  428: { title: 'Precondition Required', type: rfc6585('3') },
  429: { title: 'Too Many Requests', type: rfc6585('4') },
  431: { title: 'Request Header Fields Too Large', type: rfc6585('5') },
  500: { title: 'Internal Server Error', type: rfc9110('15.6.1') },
  501: { title: 'Not Implemented', type: rfc9110('15.6.2') },
  502: { title: 'Bad Gateway', type: rfc9110('15.6.3') },
  503: { title: 'Service Unavailable', type: rfc9110('15.6.4') },
  504: { title: 'Gateway Timeout', type: rfc9110('15.6.5') },
};

/** The URI of the section that defines a status; `about:blank` where no RFC does (RFC 9457 section 4.2.1). */
export function typeOfStatus(status: number): string {
  return statuses[status]?.type ?? 'about:blank';
}

/** The reason phrase of a status, or a general one for a status that no RFC names. */
export function titleOfStatus(status: number): string {
  return statuses[status]?.title ?? (status < 500 ? 'Client Error' : 'Server Error');
}
