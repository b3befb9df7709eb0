export {
  type ActionDecorator,
  type ActionOptions,
  type ActionRow,
  type ActionSpec,
  type ActionTable,
  type AddingDecorator,
  action,
  actionsOf,
  catchError,
  destroy,
  type EventStreamSpec,
  get,
  type HttpMethod,
  patch,
  post,
  put,
  type StreamFormat,
  throws,
} from './action.js';
export { type AppOptions, configureApp, documentOf } from './app/index.js';
export {
  APIError,
  type APIErrorClass,
  type APIErrorOptions,
  BadRequest,
  Conflict,
  type ErrorTarget,
  type Fault,
  Forbidden,
  Gone,
  InternalServerError,
  type Logger,
  MethodNotAllowed,
  NotAcceptable,
  NotFound,
  NotImplemented,
  PayloadTooLarge,
  PreconditionFailed,
  PreconditionRequired,
  type ProblemDetails,
  ProblemDetailsSchema,
  type Raise,
  RequestTimeout,
  Throttled,
  Unauthorized,
  Unavailable,
  UnprocessableEntity,
  UnsupportedMediaType,
  URITooLong,
} from './errors/index.js';
export {
  ExpressionFilter,
  type ExpressionFilterOptions,
  FieldsFilter,
  type FieldsFilterOptions,
  Filter,
  type FilterClass,
  type FilterFields,
  type FilterPart,
  type FilterStatics,
  ModelFilter,
  type ModelFilterOptions,
  type ModelQuery,
  type OperatorName,
  OrderingFilter,
  type OrderingFilterOptions,
  type PageSizeOptions,
  type Pagination,
  PaginationFilter,
  type PaginationFilterOptions,
  type QueryOf,
  type QuerySchema,
  SearchFilter,
  type SearchFilterOptions,
  TokenPaginationFilter,
  type TokenPaginationFilterOptions,
} from './filters/index.js';
export * from './generic/index.js';
export {
  type GracefulShutdown,
  gracefulShutdown,
  type HealthCheck,
  type HealthOptions,
  type ShutdownOptions,
} from './health/index.js';
export type {
  AbstractConstructor,
  ActionArgs,
  ActionResult,
  Answer,
  Awaitable,
  CollectionArgs,
  CreateInput,
  CreateResult,
  DetailParams,
  Entity,
  ListArgs,
  Outgoing,
  OutgoingItems,
  OutgoingObject,
  ParentParams,
  PatchInput,
  ResourceArgs,
  ResourceSchemas,
  UpdateInput,
  UpdateResult,
  WithJSON,
} from './inference.js';
export type { LimitOptions } from './limits/concurrency.js';
export {
  type AccessLogger,
  type AccessLogOptions,
  type RequestIdOptions,
  requestIdOf,
} from './logging/index.js';
export { MemoryRepository, type MemoryRepositoryOptions, selectFrom } from './memory/index.js';
export {
  CreateMixin,
  type CreateView,
  compose,
  DestroyMixin,
  type DestroyView,
  ListMixin,
  type ListView,
  PartialUpdateMixin,
  type PartialUpdateView,
  RetrieveMixin,
  type RetrieveView,
  UpdateMixin,
  type UpdateView,
} from './mixins/index.js';
export {
  buildDocument,
  type DocumentOptions,
  type MountedOperation,
  type OpenAPIVersion,
  toYAML,
} from './openapi/index.js';
export type { Operation } from './operation.js';
export type * from './operations/index.js';
export type { NumberedPage, TokenPage } from './pagination/index.js';
export * from './repository/index.js';
export {
  Resource,
  type ResourceClass,
  type ResourceOptions,
  type ResourceStatics,
  type ResourceView,
} from './resource.js';
export {
  type RegisterOptions,
  type ViewFactory,
  ViewRouter,
  type ViewRouterOptions,
} from './router/index.js';
export {
  addFormat,
  type Naming,
  type ResponseCheck,
  ResponseMismatch,
  type UnknownProperties,
} from './schema/index.js';
export type { Served } from './served.js';
export { shutdownSignal } from './shutdown-signal.js';
export { showSubset } from './subset.js';
export type { ObjectSchema, Schema } from './typebox.js';
export {
  APIView,
  type APIViewClass,
  type APIViewStatics,
  type CurrentAction,
  View,
  type ViewClass,
  type ViewStatics,
} from './view.js';
export {
  APIViewSet,
  ListCreateAPIViewSet,
  ListCreateDestroyAPIViewSet,
  ListRetrieveUpdateDestroyAPIViewSet,
  ReadOnlyAPIViewSet,
  RetrieveUpdateAPIViewSet,
  RetrieveUpdateDestroyAPIViewSet,
} from './viewsets.js';
