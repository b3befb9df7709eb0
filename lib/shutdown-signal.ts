/* Tells an app that it is about to end, so that what would go on for ever, such as a stream of events, ends politely. */

const controllers = new WeakMap<object, AbortController>();

/** An app that is mounted in another one ends with it. */
function outermost(app: object): object {
  let at = app as { parent?: object };
  while (at.parent) at = at.parent as { parent?: object };
  return at;
}

function controllerOf(app: object): AbortController {
  const root = outermost(app);
  const known = controllers.get(root);
  if (known) return known;
  const made = new AbortController();
  controllers.set(root, made);
  return made;
}

/** Aborts when the app shuts down gracefully: `shutdownSignal(request.app)`. */
export function shutdownSignal(app: object): AbortSignal {
  return controllerOf(app).signal;
}

export function announceShutdown(app: object): void {
  controllerOf(app).abort();
}
