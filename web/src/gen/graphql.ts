/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** Outcome of an operation. */
export type AuditOutcome =
  /** The operation was carried out. */
  | 'DONE'
  /** The operation was refused. */
  | 'REFUSED';

/** What the build of an image may use. */
export type BuildResourcesInput = {
  /** CPU in cores, more than 0, at most 64. Default: 1. */
  cpu?: number | null | undefined;
  /** Memory in bytes, 128 Mi to 1 Ti. Default: 2 Gi. */
  memory?: number | null | undefined;
  /** Time limit in seconds, 60 to 86,400. Default: 3,600. */
  timeoutSeconds?: number | null | undefined;
};

/** The state of the build of an image. */
export type BuildState =
  /** It was cancelled. */
  | 'CANCELLED'
  /** It was cancelled and has not ended yet. */
  | 'CANCELLING'
  /** It failed. */
  | 'FAILED'
  /** Its cluster has no room for it yet. */
  | 'PENDING'
  /** It waits for a quota or for its cluster. */
  | 'REQUESTED'
  /** It runs. */
  | 'RUNNING'
  /** The image is built. */
  | 'SUCCEEDED';

/** What happens to ticks that passed while the platform was down. */
export type CatchUpPolicy =
  /** A run is started for each of the last 1000 of them. */
  | 'ALL'
  /** One run is started, for the last of them. */
  | 'LAST'
  /** They are skipped. */
  | 'NONE';

/** One of some values, without an order. */
export type CategoricalDistributionInput = {
  /** 1–1000 values: text, numbers, booleans or null. */
  choices: Array<unknown>;
};

/** An image to check. */
export type CheckImageInput = {
  /** What the build may use. */
  resources?: BuildResourcesInput | null | undefined;
  /** What it is built from. */
  source: ImageSourceInput;
};

/** What happens to a tick when the maximum number of runs of the schedule is active. */
export type ConcurrencyPolicy =
  /** It is skipped. */
  | 'SKIP'
  /** It waits until a run ends; waiting ticks run in order. */
  | 'WAIT';

/** Input of createNotebook. */
export type CreateNotebookInput = {
  /** The cluster. Default: that of the project. */
  cluster?: string | null | undefined;
  /** What it is for, 500 characters at most. */
  description?: string;
  /** The program that it runs. Default: JUPYTER. */
  kind?: NotebookKind;
  /** The name, unique in the project: lowercase letters, digits and hyphens. */
  name: string;
  /** The name or id of the project. */
  project: string;
  /** What other members of the project may do with it. Default: NONE. */
  sharing?: NotebookSharing;
  /** What it is made of. */
  spec?: NotebookSpecInput;
  /** Whether to start it immediately. Default: true. */
  start?: boolean;
};

/** Input of `createNotificationChannel`. */
export type CreateNotificationChannelInput = {
  /** Where messages go: an e-mail address, or the URL of the receiver, up to 2000 characters. E-mail of a user goes to the address of the account only. The platform connects to public addresses only, unless an administrator allows others (`CUBE_ALLOWED_PRIVATE_NETWORKS`). */
  address: string;
  /** How its messages are sent; it never changes. */
  kind: NotificationChannelKind;
  /** The events that it is sent. A channel of a project takes none that concern one user alone. */
  kinds: Array<NotificationKind>;
  /** Name, 1–60 characters. */
  name: string;
  /** Id or name of the project that it belongs to; null: it is your own. */
  project?: string | null | undefined;
  /** Key of the signatures of WEBHOOK, DINGTALK and FEISHU, 1–500 characters; other kinds take none. One that begins with `whsec_` is the Base64 of a key. Null: none. */
  secret?: string | null | undefined;
};

/** Input of `createSchedule`. */
export type CreateScheduleInput = {
  /** Name, unique among the schedules of the pipeline: 1–50 lowercase letters, digits and hyphens. */
  name: string;
  /** The pipeline to run. */
  pipelineId: string;
  /** When to run the pipeline, and how. */
  spec: ScheduleSpecInput;
};

/** A new search over the parameters of a pipeline. */
export type CreateSearchInput = {
  /** Name of a cluster that the project allows; null: the cluster of the project. */
  cluster?: string | null | undefined;
  /** Name of the search, unique in its project. */
  name: string;
  /** Id of the pipeline. */
  pipelineId: string;
  /** What it optimizes and how. */
  spec: SearchSpecInput;
};

/** Input of createService. */
export type CreateServiceInput = {
  /** Who may send requests. Default: PROJECT. */
  access?: ServiceAccess;
  /** The cluster. Default: that of the project. */
  cluster?: string | null | undefined;
  /** What it is for, 500 characters at most. */
  description?: string;
  /** The model that it serves: name:3, name@production, name (the newest), or the id of a version. */
  model?: string | null | undefined;
  /** The name, unique in the project: lowercase letters, digits and hyphens. It is part of the address. */
  name: string;
  /** The name or id of the project. */
  project: string;
  /** What the first revision is made of. */
  spec?: ServiceSpecInput;
};

/** Input of createServiceKey. */
export type CreateServiceKeyInput = {
  /** The name, unique in the service, 1 to 100 characters. */
  name: string;
  /** The maximum number of requests per minute and process of the platform. Default: null, no limit. */
  requestsPerMinute?: number | null | undefined;
  /** The id of the service. */
  service: string;
  /** The maximum number of tokens of a language model, in prompts and completions, per minute and process of the platform. Default: null, no limit. */
  tokensPerMinute?: number | null | undefined;
};

/** Input of deployService. */
export type DeployServiceInput = {
  /** Deploy it although its model has another signature than one that has the traffic. */
  force?: boolean;
  /** The id of the service. */
  id: string;
  /** The model that it serves: name:3, name@production, name (the newest), or the id of a version. Default: that of the newest revision. */
  model?: string | null | undefined;
  /** What changes against the newest revision. */
  spec?: ServiceSpecInput;
  /** How it gets the traffic. */
  strategy?: RolloutStrategyInput;
};

/** A number of devices of one kind. */
export type DeviceCountInput = {
  /** How many, at least 1. */
  count: number;
  /** The name of the kind of device. */
  name: string;
};

/** An option of the algorithm of an engine. */
export type EngineSettingInput = {
  /** Name of the option, as the algorithm has it. */
  name: string;
  /** A number, boolean, null or text of at most 200 characters. */
  value?: unknown;
};

/** An environment variable. */
export type EnvVarInput = {
  /** The name: letters, digits and underscores; not CUBE_…, HOME…, PATH… or TMPDIR…. */
  name: string;
  /** The value. */
  value: string;
};

/** The software that code runs with. A field that is left out has its default, or keeps its value in an update. */
export type EnvironmentInput = {
  /** The container image on Kubernetes, 500 characters at most. */
  image?: string | null | undefined;
  /** The version of Python, such as 3.11. Default: that of the machine or the image. */
  python?: string | null | undefined;
  /** Python packages, as in a requirements file. Default: none. */
  requirements?: Array<string> | null | undefined;
  /** Whether it runs as root on Kubernetes, for images that need it. Default: false. */
  root?: boolean | null | undefined;
};

/** External software that suggests the points of a search. */
export type ExternalEngineInput = {
  /** One of `SearchEngine.algorithms`; the first of them when it is empty. */
  algorithm?: string;
  /** Image where the engine is installed, at most 300 characters. Null: it is installed when it starts. Not for KATIB. */
  image?: string | null | undefined;
  /** The engine. */
  name: SearchEngineName;
  /** Options of the algorithm, by its own names. */
  settings?: Array<EngineSettingInput>;
};

/** Numbers of a range. */
export type FloatDistributionInput = {
  /** Highest value, included. */
  high: number;
  /** Whether orders of magnitude are equally likely; `low` is then above 0. */
  log?: boolean;
  /** Lowest value, included. */
  low: number;
  /** Only `low`, `low` + `step`, … are used; greater than 0. Null: any number. Not with `log`. */
  step?: number | null | undefined;
};

/** Kind of an object that was found by its name. */
export type FoundKind =
  /** A cluster. */
  | 'CLUSTER'
  /** A group. */
  | 'GROUP'
  /** An image. */
  | 'IMAGE'
  /** A model. */
  | 'MODEL'
  /** A notebook. */
  | 'NOTEBOOK'
  /** A pipeline. */
  | 'PIPELINE'
  /** A project. */
  | 'PROJECT'
  /** A run. */
  | 'RUN'
  /** A schedule. */
  | 'SCHEDULE'
  /** A search. */
  | 'SEARCH'
  /** A service. */
  | 'SERVICE'
  /** A template. */
  | 'TEMPLATE'
  /** A user. */
  | 'USER';

/** The most GPUs of one type. */
export type GpuTypeCountInput = {
  /** Number of GPUs. */
  count: number;
  /** Type of GPU as workloads request it, such as A100. */
  type: string;
};

/** A method of HTTP. */
export type HttpMethod =
  /** DELETE. */
  | 'DELETE'
  /** GET. */
  | 'GET'
  /** PATCH. */
  | 'PATCH'
  /** POST. */
  | 'POST'
  /** PUT. */
  | 'PUT';

/** A text file of an image. */
export type ImageFileInput = {
  /** Its text; all files together have at most 1 Mi characters. */
  content: string;
  /** Absolute path in the image, at most 300 characters. */
  path: string;
};

/** Packages and other parts, of which the platform writes a Dockerfile. At least one is needed. */
export type ImagePackagesInput = {
  /** Debian packages, such as git or git=1:2.47.1. */
  apt?: Array<string> | null | undefined;
  /** Base image, at most 400 characters. Default: python:3.11-slim, or an image with conda. */
  base?: string | null | undefined;
  /** Conda channels, in order of priority; only together with conda packages. */
  channels?: Array<string> | null | undefined;
  /** Shell commands that run in order, each as a layer. */
  commands?: Array<string> | null | undefined;
  /** Conda packages, such as numpy=2.1. */
  conda?: Array<string> | null | undefined;
  /** Environment variables. */
  env?: Array<EnvVarInput> | null | undefined;
  /** Text of a conda environment file; what it lists is added to the other fields. */
  environmentYml?: string | null | undefined;
  /** Text files that are copied into the image. */
  files?: Array<ImageFileInput> | null | undefined;
  /** Python packages, as lines of a requirements file. */
  pip?: Array<string> | null | undefined;
  /** Version of Python, such as 3.11. */
  python?: string | null | undefined;
};

/** A Git repository that has a Dockerfile. */
export type ImageRepositoryInput = {
  /** Branch or tag. Default: the default branch. */
  branch?: string | null | undefined;
  /** Path of the Dockerfile, at most 300 characters. Default: Dockerfile. */
  path?: string | null | undefined;
  /** URL of the repository: https://, http://, ssh:// or git://, at most 500 characters. */
  repo: string;
  /** Name of a secret of the project with the access token. */
  repoSecret?: string | null | undefined;
};

/** What an image is built from. */
export type ImageSourceInput =
  {   /** A Dockerfile, at most 200,000 characters. */
  dockerfile: string; git?: never; packages?: never; }
  |  { dockerfile?: never;   /** A Git repository that has a Dockerfile. */
  git: ImageRepositoryInput; packages?: never; }
  |  { dockerfile?: never; git?: never;   /** Packages and other parts. */
  packages: ImagePackagesInput; };

/** Whole numbers of a range. */
export type IntDistributionInput = {
  /** Highest value, included. Between -2^53 and 2^53. */
  high: number;
  /** Whether orders of magnitude are equally likely; `low` is then above 0. */
  log?: boolean;
  /** Lowest value, included. Between -2^53 and 2^53. */
  low: number;
  /** Only `low`, `low` + `step`, … are used; greater than 0. Null: 1. Not with `log`. */
  step?: number | null | undefined;
};

/** One input or output of a model. */
export type ModelFieldInput = {
  /** The name of the column or tensor, 1 to 100 characters. */
  name: string;
  /** The length of a vector, 1 to 10000000. Leave it out for other types. */
  size?: number | null | undefined;
  /** The type of the value. Default: NUMBER. */
  type?: ModelFieldType;
};

/** The type of an input or an output of a model. */
export type ModelFieldType =
  /** Any JSON value. */
  | 'ANY'
  /** True or false. */
  | 'BOOLEAN'
  /** An image, encoded in Base64. */
  | 'IMAGE'
  /** A whole number. */
  | 'INTEGER'
  /** A floating-point number. */
  | 'NUMBER'
  /** Text. */
  | 'TEXT'
  /** A list of numbers of a fixed length. */
  | 'VECTOR';

/** A file of a new version. Upload its bytes to /files/{project id}/{sha256} first. */
export type ModelFileInput = {
  /** The media type. Default: application/octet-stream. */
  mediaType?: string | null | undefined;
  /** The path in the folder of the version, 1 to 500 characters, relative, without `..`. */
  path: string;
  /** The SHA-256 digest of the file, in hexadecimal. */
  sha256: string;
};

/** The format of a model's files. It decides which kinds of service can serve the model. */
export type ModelFramework =
  /** A LightGBM booster in its text format. */
  | 'LIGHTGBM'
  /** A folder in the format of MLflow, with an MLmodel file. */
  | 'MLFLOW'
  /** An ONNX graph. */
  | 'ONNX'
  /** Anything else. */
  | 'OTHER'
  /** Weights in safetensors or GGUF, such as those of a language model. */
  | 'SAFETENSORS'
  /** A scikit-learn estimator saved by joblib or pickle. */
  | 'SKLEARN'
  /** A TensorFlow SavedModel or a Keras file. */
  | 'TENSORFLOW'
  /** A TorchScript module of PyTorch. */
  | 'TORCHSCRIPT'
  /** An XGBoost booster in UBJSON or JSON. */
  | 'XGBOOST';

/** What kind of thing uses a version of a model. */
export type ModelReferenceKind =
  /** A revision of a service. */
  | 'SERVICE';

/** The inputs and outputs of a model. */
export type ModelSignatureInput = {
  /** Example rows of inputs, 100 at most. JSON, because the signature of the model defines the shape of a row. */
  example?: Array<unknown>;
  /** The inputs, in order, 10000 at most. */
  inputs?: Array<ModelFieldInput>;
  /** The outputs, in order, 1000 at most. */
  outputs?: Array<ModelFieldInput>;
};

/** How NaN and infinities in a response are written, which JSON has no form for. */
export type NonFinite =
  /** The response is an error 500. */
  | 'ERROR'
  /** As null, with the header X-Cube-Warning. */
  | 'NULL';

/** What follows from how long a notebook has been idle. */
export type NotebookDue =
  /** It is stopped. */
  | 'STOP'
  /** Its owner is warned. */
  | 'WARN';

/** The program that a notebook runs. */
export type NotebookKind =
  /** Any command that answers HTTP. */
  | 'CUSTOM'
  /** JupyterLab. */
  | 'JUPYTER'
  /** MATLAB in the browser. */
  | 'MATLAB'
  /** RStudio Server. */
  | 'RSTUDIO'
  /** Eclipse Theia. */
  | 'THEIA'
  /** Visual Studio Code in the browser (code-server). */
  | 'VSCODE';

/** What other members of the project may do with a notebook. */
export type NotebookSharing =
  /** Work in it. */
  | 'EDIT'
  /** Nothing. */
  | 'NONE'
  /** Read it. */
  | 'VIEW';

/** What shows whether a notebook is in use. */
export type NotebookSignalName =
  /** A page of it is open. */
  | 'CONNECTIONS'
  /** It uses CPU. */
  | 'CPU'
  /** Somebody changed or requested something in it. */
  | 'EDITS'
  /** It uses GPUs. */
  | 'GPU'
  /** Its kernels run code. */
  | 'KERNELS'
  /** Something runs in its terminals. */
  | 'TERMINALS'
  /** It does not say what runs in it, so it is not taken for idle. */
  | 'UNKNOWN';

/** What a notebook is made of. In createNotebook a field that is left out has its default, in updateNotebook the value that there is. */
export type NotebookSpecInput = {
  /** The branch of the repository. Default: its default branch. */
  branch?: string | null | undefined;
  /** The command of a CUSTOM notebook, which answers HTTP on port $CUBE_PORT, 10000 characters at most. */
  command?: string | null | undefined;
  /** Environment variables. The list replaces the one before. */
  env?: Array<EnvVarInput> | null | undefined;
  /** The software that it runs with. Default: what its kind brings along. */
  environment?: EnvironmentInput | null | undefined;
  /** The path of the page of a CUSTOM notebook, 500 characters at most. Default: the root. */
  path?: string | null | undefined;
  /** The port at which a CUSTOM notebook answers HTTP, 1024 to 65535. Default: 8888. */
  port?: number | null | undefined;
  /** Names of secrets of the project that it gets as environment variables. */
  projectSecrets?: Array<string> | null | undefined;
  /** The URL of a Git repository (https, http, ssh or git) that is cloned into its folder at the first start, 500 characters at most. */
  repo?: string | null | undefined;
  /** The name of a secret of the project that is the token for the repository. */
  repoSecret?: string | null | undefined;
  /** What it requests. Default: 0.5 CPU cores, 2 GiB of memory, no GPU. */
  resources?: ResourcesInput | null | undefined;
  /** Lines of sh that run before each start, 100000 characters at most. */
  script?: string | null | undefined;
  /** Environment variables whose values are kept encrypted. The list replaces the one before; a value of null is kept. */
  secrets?: Array<SecretEnvVarInput> | null | undefined;
  /** The size of its folder on Kubernetes in bytes, 128 MiB to 1 PiB. Default: 10 GiB. */
  size?: number | null | undefined;
  /** Volumes beside its folder, as source(kind):/path, such as data(pvc):/mnt, 20 at most. */
  volumes?: Array<string> | null | undefined;
};

/** The state of a notebook. */
export type NotebookState =
  /** Its Python environment is built. */
  | 'BUILDING'
  /** It cannot run, or ended by itself. */
  | 'FAILED'
  /** It waits for resources. */
  | 'PENDING'
  /** Its start was requested. */
  | 'REQUESTED'
  /** It answers. */
  | 'RUNNING'
  /** Its process runs and does not answer yet. */
  | 'STARTING'
  /** It was stopped. */
  | 'STOPPED'
  /** It stops. */
  | 'STOPPING'
  /** Its cluster does not answer. */
  | 'UNKNOWN';

/** How the messages of a channel are sent. */
export type NotificationChannelKind =
  /** A custom robot of DingTalk. */
  | 'DINGTALK'
  /** E-mail, by the mail server of the platform. */
  | 'EMAIL'
  /** A custom bot of Feishu or Lark. */
  | 'FEISHU'
  /** An incoming webhook of Slack. */
  | 'SLACK'
  /** A workflow of Microsoft Teams that posts when a webhook request is received. */
  | 'TEAMS'
  /** A JSON object by POST, signed as the specification Standard Webhooks says. */
  | 'WEBHOOK'
  /** A group robot of WeCom. */
  | 'WECOM';

/** What became of a delivery. */
export type NotificationDeliveryState =
  /** The receiver accepted it. */
  | 'DELIVERED'
  /** All attempts failed. */
  | 'FAILED'
  /** It is sent soon, or again after an attempt that failed. */
  | 'WAITING';

/** What a notification is about. */
export type NotificationKind =
  /** The build of an image that you started failed. */
  | 'BUILD_FAILED'
  /** The canary of such a revision passed its gates and has all the traffic. */
  | 'CANARY_COMPLETED'
  /** A notebook of yours is idle and will be stopped soon. */
  | 'NOTEBOOK_IDLE'
  /** A notebook of yours was stopped because it was idle. */
  | 'NOTEBOOK_STOPPED'
  /** Somebody added you to a project. */
  | 'PROJECT_JOINED'
  /** A run that you or your schedule started failed. Trials of searches do not count. */
  | 'RUN_FAILED'
  /** Such a run succeeded, and your last run of the pipeline before it had failed. */
  | 'RUN_RECOVERED'
  /** Such a run succeeded. Off by default. */
  | 'RUN_SUCCEEDED'
  /** A tick of a schedule that you saved was skipped, or its run could not start. */
  | 'SCHEDULE_MISSED'
  /** A search that you started succeeded or failed. */
  | 'SEARCH_FINISHED'
  /** A revision of a service that you created cannot run. */
  | 'SERVICE_FAILED'
  /** The rollout of such a revision was rolled back by the platform. */
  | 'SERVICE_ROLLED_BACK';

/** Whether you get one kind of notification. */
export type NotificationSettingInput = {
  /** Whether you get it in the console. */
  console: boolean;
  /** The kind. */
  kind: NotificationKind;
};

/** The kind of object that a notification is about. */
export type NotificationSubjectKind =
  /** An image. */
  | 'IMAGE'
  /** A notebook. */
  | 'NOTEBOOK'
  /** A project. */
  | 'PROJECT'
  /** A run. */
  | 'RUN'
  /** A schedule. */
  | 'SCHEDULE'
  /** A search. */
  | 'SEARCH'
  /** A service. */
  | 'SERVICE';

/** Which values of an objective are better. */
export type OptimizationDirection =
  /** Higher values. */
  | 'MAXIMIZE'
  /** Lower values. */
  | 'MINIMIZE';

/** What a package in an image is. */
export type PackageKind =
  /** A Debian package. */
  | 'DEBIAN'
  /** A Python package. */
  | 'PYTHON';

/** A value that another parameter must have. */
export type ParameterConditionInput = {
  /** Name of the other parameter. */
  parameter: string;
  /** Its value. */
  value?: unknown;
};

/** The values that a parameter can have. Give exactly one field. */
export type ParameterDistributionInput =
  {   /** One of some values, without an order. */
  categorical: CategoricalDistributionInput; float?: never; int?: never; }
  |  { categorical?: never;   /** Numbers of a range. */
  float: FloatDistributionInput; int?: never; }
  |  { categorical?: never; float?: never;   /** Whole numbers of a range. */
  int: IntDistributionInput; };

/** Order of a list of pipelines. */
export type PipelineSort =
  /** Last changed first. */
  | 'CHANGED'
  /** By name, in alphabetical order. */
  | 'NAME'
  /** Last created first. */
  | 'NEWEST';

/** Where runs go for which no cluster is selected. */
export type Placement =
  /** To the first of the project's clusters, in their order, on which the run starts immediately; otherwise to the first on which it has to wait. */
  | 'FIRST'
  /** To the default cluster of the project. */
  | 'NAMED';

/** The state of a pod. */
export type PodState =
  /** It was stopped on request. */
  | 'CANCELLED'
  /** It ended with an error, or could not start. */
  | 'FAILED'
  /** It was created, and its process has not started. */
  | 'PENDING'
  /** Its process runs. */
  | 'RUNNING'
  /** Its process ended with exit code 0. */
  | 'SUCCEEDED'
  /** Its cluster does not answer. */
  | 'UNKNOWN';

/** Whether something can start on a cluster now. */
export type PreflightVerdict =
  /** It cannot run as it is; `problems` says why. */
  | 'NEVER'
  /** It starts immediately. */
  | 'NOW'
  /** Its cluster does not answer. */
  | 'UNKNOWN'
  /** It waits for quota or for free resources; `explanation` says for which. */
  | 'WAITS';

/** A rule that is tried on a project. */
export type PreviewRetentionInput = {
  /** Id or name of the project. */
  project: string;
  /** Which runs are kept. */
  rule: RetentionRuleInput;
};

/** The class of a refusal; `reason` says which one of the class it is. */
export type ProblemCode =
  /** Its state does not allow this, or the name is taken. */
  | 'CONFLICT'
  /** The viewer may see it, and may not do this. */
  | 'FORBIDDEN'
  /** The request breaks a rule. Change it. */
  | 'INVALID'
  /** It does not exist, or the viewer may not see it. */
  | 'NOT_FOUND'
  /** The request would exceed a quota. */
  | 'QUOTA_EXCEEDED'
  /** Too many requests in a period. Try again later. */
  | 'RATE_LIMITED'
  /** The request needs a user. Sign in. */
  | 'SIGNED_OUT'
  /** Something that is needed does not answer. Try again later. */
  | 'UNAVAILABLE';

/** Kubernetes namespaces of a project's workloads. */
export type ProjectNamespacesInput = {
  /** Kubernetes namespace of image builds; null for the namespace of the installation. */
  build?: string | null | undefined;
  /** Kubernetes namespace of notebooks; null for the namespace of the installation. */
  notebook?: string | null | undefined;
  /** Kubernetes namespace of runs; null for the namespace of the installation. */
  run?: string | null | undefined;
  /** Kubernetes namespace of services; null for the namespace of the installation. */
  service?: string | null | undefined;
};

/** A rule by which trials are stopped early. */
export type PrunerInput = {
  /** Trials are judged only at multiples of this step, 1 or more. For MEDIAN and PERCENTILE. */
  intervalSteps?: number;
  /** Steps of a full trial, 1 or more. For HYPERBAND. */
  maxSteps?: number;
  /** The rule. */
  name: PrunerName;
  /** Percent of the best trials that continue, 0–100. For PERCENTILE. */
  percentile?: number;
  /** 1 of this number of trials continues, 2 or more. For HALVING and HYPERBAND. */
  reductionFactor?: number;
  /** No trial is stopped before this number of trials has succeeded, 0 or more. */
  startupTrials?: number;
  /** No trial is stopped before this step, 0 or more. */
  warmupSteps?: number;
};

/** A rule by which trials are stopped early, by the values that they report of the objective. */
export type PrunerName =
  /** Successive halving: at each rung, the best 1 of `reductionFactor` continues. */
  | 'HALVING'
  /** Several brackets of successive halving, up to `maxSteps`. */
  | 'HYPERBAND'
  /** Stops a trial that is worse than the median of the others at the same step. */
  | 'MEDIAN'
  /** Stops a trial that is not among the best `percentile` percent at the same step. */
  | 'PERCENTILE'
  /** Stops a trial that a Wilcoxon signed-rank test finds worse than the best. */
  | 'WILCOXON';

/** Limits; what is left out has no limit. */
export type QuotaLimitsInput = {
  /** CPU cores. */
  cpu?: number | null | undefined;
  /** GPUs. */
  gpu?: number | null | undefined;
  /** GPUs that workloads request by type, by type. */
  gpusByType?: Array<GpuTypeCountInput> | null | undefined;
  /** Memory in bytes. */
  memory?: number | null | undefined;
  /** Notebooks that are not stopped. */
  notebooks?: number | null | undefined;
  /** Pods. */
  pods?: number | null | undefined;
  /** Bytes that a project stores; above it nothing new starts. Not for users. */
  storage?: number | null | undefined;
};

/** What a quota limits. */
export type QuotaScope =
  /** The workloads of a project. */
  | 'PROJECT'
  /** The workloads of a user, over all projects. */
  | 'USER';

/** Whose limits are meant. Give exactly one field. */
export type QuotaTargetInput =
  {   /** All projects, or all users, that have no limits of their own. */
  defaultFor: QuotaScope; project?: never; user?: never; }
  |  { defaultFor?: never;   /** A project, by id or name. */
  project: string; user?: never; }
  |  { defaultFor?: never; project?: never;   /** A user, by name. */
  user: string; };

/** Input of registerModel. */
export type RegisterModelInput = {
  /** What is new in this version, 500 characters at most. */
  description?: string | null | undefined;
  /** The format of the files. Default: detected from the files. */
  framework?: ModelFramework | null | undefined;
  /** The index in a fan-out, from 0; null for a step without items. */
  item?: number | null | undefined;
  /** The metrics by name: {name: number}, 500 at most; "NaN", "Infinity" and "-Infinity" as text. JSON, because you choose the names. */
  metrics?: unknown;
  /** The name of the model. It gets a new version, or is created when there is none. */
  name: string;
  /** Artifacts of the step, or folders of artifacts. Default: all artifacts. */
  paths?: Array<string>;
  /** The Python packages that are needed to load it, as in a requirements file, 100 at most. */
  requirements?: Array<string> | null | undefined;
  /** The id of the run. */
  run: string;
  /** The inputs and outputs. Default: read from the files where they say so. */
  signature?: ModelSignatureInput | null | undefined;
  /** The name of a step that succeeded. */
  step: string;
  /** Tags: {name: text}, 100 at most. JSON, because you choose the names. */
  tags?: unknown;
};

/** A minimum number of replicas from certain times on. */
export type ReplicaScheduleInput = {
  /** The times, as five fields of cron. */
  cron: string;
  /** The minimum number of replicas until the next schedule, 1 to 1000. */
  replicas: number;
  /** The time zone, such as Europe/Berlin. Default: UTC. */
  timezone?: string;
};

/** Which of the values that a trial reported of an objective is used. */
export type ReportedValue =
  /** The value that was reported last, whatever it is. */
  | 'LAST'
  /** The highest finite value. */
  | 'MAX'
  /** The lowest finite value. */
  | 'MIN';

/** What each replica or session requests of a cluster, and may use. A field that is left out has its default, or keeps its value in an update. */
export type ResourcesInput = {
  /** Devices by the device classes of a Kubernetes cluster (dynamic resource allocation), 16 classes at most. */
  claims?: Array<DeviceCountInput> | null | undefined;
  /** CPU in cores, more than 0, at most 1024. */
  cpu?: number | null | undefined;
  /** Other devices, by their names here, 16 kinds at most. */
  devices?: Array<DeviceCountInput> | null | undefined;
  /** The number of GPUs, 0 to 1024. Default: 0. */
  gpu?: number | null | undefined;
  /** The share of each GPU: a part from 0.01 to 0.99, or memory such as 8Gi. Default: the whole GPU. */
  gpuShare?: string | null | undefined;
  /** The type of the GPUs, such as A100. Default: any. */
  gpuType?: string | null | undefined;
  /** Memory in bytes. */
  memory?: number | null | undefined;
};

/** Which runs are kept: those that one of its limits keeps. Without a limit every run is kept. */
export type RetentionRuleInput = {
  /** Keep runs that ended in the last so many days, 1–36500; null: the age keeps no run. */
  keepDays?: number | null | undefined;
  /** Keep the last so many runs of each pipeline, 1–100000; null: their order keeps no run. */
  keepLast?: number | null | undefined;
};

/** What a member of a project may do. Each role includes the ones before it. */
export type Role =
  /** Manage secrets, registries and policies, and stop the work of others. */
  | 'MAINTAINER'
  /** Create and run pipelines, notebooks, images, models and services. */
  | 'MEMBER'
  /** Manage the project, its members and its invitations. */
  | 'OWNER'
  /** Read everything but the values of secrets. */
  | 'VIEWER';

/** What a canary is compared by with the revisions that have the traffic. */
export type RolloutGate =
  /** The share of mirrored requests whose response differs. */
  | 'DIFFERENCE_RATE'
  /** The share of valid requests that fail (status 500 and above). */
  | 'ERROR_RATE'
  /** The share of responses that are slower than nine in ten of the others. */
  | 'LATENCY'
  /** The share of requests that are rejected (status 400 to 499). */
  | 'REJECTION_RATE';

/** The limits within which a canary gets more traffic. */
export type RolloutGatesInput = {
  /** The share of mirrored requests whose response may differ, 0 to 0.9. Requests are mirrored to the canary, so repeating a request must be harmless. Default: null, no mirroring. */
  differenceRate?: number | null | undefined;
  /** How much larger the share of valid requests that fail may be, 0 to 0.5. Default: 0.02. */
  errorRate?: number;
  /** How many times as often it may be slower than nine in ten of the other responses, 1 to 20. Default: 3. */
  latencyFactor?: number;
  /** How much larger the share of rejected requests may be, 0 to 0.9. Default: 0.05. */
  rejectionRate?: number;
  /** The share of requests that are mirrored to the canary, 0 to 1. Default: 0.1. */
  sampleRate?: number;
  /** The relative difference up to which two numbers are equal, 0 to 1. Default: 0.000001. */
  tolerance?: number;
};

/** How a new revision gets the traffic. */
export type RolloutKind =
  /** In steps while it stays within the gates; otherwise it is rolled back automatically. */
  | 'CANARY'
  /** All of it as soon as it is ready. */
  | 'IMMEDIATE'
  /** None until you set the traffic. */
  | 'MANUAL';

/** The state of a rollout. */
export type RolloutState =
  /** The revision has all the traffic. */
  | 'COMPLETED'
  /** Another revision or a change of the traffic took its place. */
  | 'ENDED'
  /** It waits until you set the traffic. */
  | 'PAUSED'
  /** The revision is not ready yet. */
  | 'PENDING'
  /** The canary has a part of the traffic and is compared with the other revisions. */
  | 'PROGRESSING'
  /** The revisions that had the traffic before have it again. */
  | 'ROLLED_BACK';

/** How a revision gets the traffic. */
export type RolloutStrategyInput = {
  /** The limits of a canary. */
  gates?: RolloutGatesInput;
  /** The strategy. Default: IMMEDIATE. */
  kind?: RolloutKind;
  /** The minimum time of a step of a canary, at most 86400. Default: 30. */
  stepSeconds?: number;
  /** The percentages of a canary, rising, the last 100, 20 at most. Default: 1, 10, 50, 100. */
  steps?: Array<number>;
};

/** What a gate found. */
export type RolloutVerdict =
  /** The canary is rolled back. */
  | 'FAILED'
  /** The canary is within the gate. */
  | 'PASSED'
  /** More requests are needed. */
  | 'PENDING';

/** State of a run. SUCCEEDED, FAILED and CANCELLED are final. */
export type RunState =
  /** Was cancelled before it ended. */
  | 'CANCELLED'
  /** Was cancelled; its processes are ending. */
  | 'CANCELLING'
  /** At least one step failed, or its cluster lost it. */
  | 'FAILED'
  /** Waits for quota, for its cluster, or for its first pod. */
  | 'QUEUED'
  /** At least one of its steps has started. */
  | 'RUNNING'
  /** Every step succeeded, was cached or was skipped. */
  | 'SUCCEEDED';

/** An algorithm of the platform that suggests points. */
export type SamplerInput = {
  /** The algorithm. */
  name?: SamplerName;
  /** Random trials before it learns, 1–10000; the population of NSGA2 and NSGA3. */
  startupTrials?: number;
};

/** An algorithm of the platform that suggests points. */
export type SamplerName =
  /** Covariance matrix adaptation evolution strategy. One objective. */
  | 'CMAES'
  /** Gaussian process. Needs PyTorch and SciPy in the platform's environment; no conditions. */
  | 'GP'
  /** Every point once. Each float range needs a step. */
  | 'GRID'
  /** Genetic algorithm NSGA-II. */
  | 'NSGA2'
  /** Genetic algorithm NSGA-III. */
  | 'NSGA3'
  /** Quasi-random: a scrambled Halton sequence, which covers the space evenly. */
  | 'QMC'
  /** Random points. */
  | 'RANDOM'
  /** Tree-structured Parzen estimator, multivariate. Considers trials that are running. */
  | 'TPE';

/** A version of an image to build. */
export type SaveImageInput = {
  /** Cluster to build on. Default: the default cluster of the project. */
  cluster?: string | null | undefined;
  /** Description of the image, at most 500 characters. Null keeps it. */
  description?: string | null | undefined;
  /** Name of the image, unique in the project. */
  name: string;
  /** Id or name of the project. */
  project: string;
  /** Whether to build it again when the same source is built already. */
  rebuild?: boolean;
  /** Id or name of a registry of the project to push to. Default: it is stored here; on Kubernetes a registry is required. */
  registry?: string | null | undefined;
  /** What the build may use. */
  resources?: BuildResourcesInput | null | undefined;
  /** What it is built from. */
  source: ImageSourceInput;
};

/** An image preset to create or change. */
export type SaveImagePresetInput = {
  /** Description, at most 500 characters. */
  description?: string;
  /** Name, unique on the platform. */
  name: string;
  /** What images are built from that begin with it. */
  source: ImageSourceInput;
  /** Title that people see, 1 to 100 characters. */
  title: string;
};

/** Input of `savePipelineDraft`. */
export type SavePipelineDraftInput = {
  /** Number of the version that the changes are based on. */
  baseVersion: number;
  /** The changed definition, an object of at most 8 MiB; it need not be valid. */
  definition: unknown;
  /** The pipeline that was changed. */
  pipelineId: string;
};

/** Input of `savePipeline`: either `yaml` or `definition`. */
export type SavePipelineInput = {
  /** The definition as an object of the shape of the YAML file. */
  definition?: unknown;
  /** Number of the version that the definition is based on, 0 for a new pipeline; null: any. */
  expectedVersion?: number | null | undefined;
  /** Name or id of the project. */
  project: string;
  /** The definition as YAML. */
  yaml?: string | null | undefined;
};

/** The measurement by which the number of replicas changes. */
export type ScaleMetric =
  /** CPU utilization in percent of what is requested. */
  | 'CPU'
  /** GPU utilization in percent. */
  | 'GPU'
  /** Memory utilization in percent of what is requested. */
  | 'MEMORY'
  /** The number of concurrent requests of each replica. */
  | 'REQUESTS';

/** When a schedule runs its pipeline, and how. */
export type ScheduleSpecInput = {
  /** Whether a run may reuse results of equal steps of earlier runs. */
  cache?: boolean;
  /** What happens to ticks that passed while the platform was down. */
  catchUpPolicy?: CatchUpPolicy;
  /** Cluster that the runs use; null: the cluster of the project. */
  cluster?: string | null | undefined;
  /** What happens to a tick when `maxActiveRuns` runs are active. */
  concurrencyPolicy?: ConcurrencyPolicy;
  /** Cron expression of five fields: minute, hour, day of month, month, day of week. */
  cron: string;
  /** No tick after this time; null: the schedule does not end. */
  endsAt?: string | null | undefined;
  /** Number of runs of the schedule that may be active at a time, 1–50. */
  maxActiveRuns?: number;
  /** Parameter values of each run by name; a parameter that is left out has its default. In texts, `{{ tick }}`, `{{ tick.date }}`, `{{ tick.time }}` and `{{ tick.yesterday }}` stand for the time of the tick in `timezone`. JSON, because the pipeline defines the shape of the values. Null: all have their defaults. */
  params?: unknown;
  /** No tick before this time. In the past: ticks since then are caught up on by `catchUpPolicy`. */
  startsAt?: string | null | undefined;
  /** IANA time zone in which `cron` is read, such as Europe/Berlin. */
  timezone?: string;
};

/** State of a tick. */
export type ScheduleTickState =
  /** Its run could not be started; `message` says why. */
  | 'FAILED'
  /** It has no run, by a policy of the schedule or because the schedule was paused. */
  | 'SKIPPED'
  /** Its run was started. */
  | 'STARTED'
  /** It waits for its run: until fewer runs of the schedule are active. */
  | 'WAITING';

/** External software that can suggest the points of a search. */
export type SearchEngineName =
  /** Katib, on a Kubernetes cluster where it is installed. */
  | 'KATIB'
  /** Neural Network Intelligence of Microsoft. */
  | 'NNI'
  /** Ray Tune. */
  | 'RAY';

/** A number that a search optimizes. */
export type SearchObjectiveInput = {
  /** Which values are better. */
  direction?: OptimizationDirection;
  /** The search ends when a trial reaches this value; null: no goal. For the first objective. */
  goal?: number | null | undefined;
  /** Name of a metric that the runs report, or of an output of a step, 1–200 characters. */
  metric: string;
  /** Which of the reported values is used. */
  take?: ReportedValue;
};

/** One parameter of a search space. */
export type SearchParameterInput = {
  /** It exists only in points where each of these parameters, named before it, has this value. */
  conditions?: Array<ParameterConditionInput>;
  /** The values that it can have. */
  distribution: ParameterDistributionInput;
  /** Name of a parameter of the pipeline. Letters, digits and _; does not begin with a digit. */
  name: string;
};

/** What a search optimizes and how. Give `parameters` or `importedParameters`. */
export type SearchSpecInput = {
  /** External software that suggests the points. One objective, no conditions. Null: `sampler` does. */
  engine?: ExternalEngineInput | null | undefined;
  /** Values of other parameters of the pipeline, equal in every trial: {parameter: value}. JSON, because the pipeline defines the shape of the values. Null: none. */
  fixedParams?: unknown;
  /** The search space in the format of NNI (`_type` and `_value` by name), Katib (the list `parameters` of an Experiment) or Optuna (distributions by name), in place of `parameters`. JSON, because the format is that of the other software. It is stored as `parameters`. */
  importedParameters?: unknown;
  /** The search fails when this number of trials has failed, 1 or more. */
  maxFailedTrials?: number;
  /** What is optimized, 1–4. With several, the result is the Pareto-optimal trials. */
  objectives: Array<SearchObjectiveInput>;
  /** Number of trials that run at the same time, 1–256. */
  parallelism?: number;
  /** The search space, 1–200 parameters. */
  parameters?: Array<SearchParameterInput> | null | undefined;
  /** The rule by which trials are stopped early; null: none. Only with one objective. */
  pruner?: PrunerInput | null | undefined;
  /** The algorithm that suggests points. It is not used when the search has an engine. Null: TPE. */
  sampler?: SamplerInput | null | undefined;
  /** Seed of the sampler, 0–2147483647. Equal seeds and results give equal points. */
  seed?: number;
  /** Points that run first, each {parameter: value}. They lie in the search space and may leave parameters out. Null: none. */
  startingPoints?: Array<unknown> | null | undefined;
  /** No trial starts when this time in seconds has passed, at least 1; null: no limit. */
  timeoutSeconds?: number | null | undefined;
  /** Number of trials, 1–10000. */
  trials?: number;
  /** Another search whose best points run first; null: none. */
  warmStart?: WarmStartInput | null | undefined;
};

/** State of a search. */
export type SearchState =
  /** Too many of its trials failed, or its engine ended. It can be extended. */
  | 'FAILED'
  /** It starts no trials; those that run continue. */
  | 'PAUSED'
  /** It starts trials. */
  | 'RUNNING'
  /** It was stopped. It can be extended. */
  | 'STOPPED'
  /** It was stopped; its trials are ending. */
  | 'STOPPING'
  /** All its trials ended, or it reached its goal. It can be extended. */
  | 'SUCCEEDED';

/** An environment variable whose value is kept encrypted and never returned. */
export type SecretEnvVarInput = {
  /** The name: letters, digits and underscores; not CUBE_…, HOME…, PATH… or TMPDIR…. */
  name: string;
  /** The value. Null keeps the value that there is; without one, it is empty. */
  value?: string | null | undefined;
};

/** Who may send requests to a service. */
export type ServiceAccess =
  /** Members of the project, and whoever has a key of the service. */
  | 'KEY'
  /** Members of the project. */
  | 'PROJECT'
  /** Everybody who reaches its address. */
  | 'PUBLIC';

/** The server that answers the requests of a service. */
export type ServiceKind =
  /** Any program that answers HTTP. */
  | 'CUSTOM'
  /** A Python function of your own, with or without a model. */
  | 'FUNCTION'
  /** The platform's own server for registered models. */
  | 'MODEL'
  /** NVIDIA Triton. */
  | 'TRITON'
  /** vLLM, for language models. */
  | 'VLLM';

/** How a request was answered. Metrics, gates of canaries and usage of keys count by it. */
export type ServiceOutcome =
  /** Status 500 and above: an error of the service. */
  | 'FAILED'
  /** Status 400 to 499: the request was wrong or not permitted. */
  | 'REJECTED'
  /** Status below 400. */
  | 'SUCCEEDED';

/** The state of a revision. */
export type ServiceRevisionState =
  /** It was stopped because it got no requests; the next request starts it. */
  | 'ASLEEP'
  /** It answers with fewer replicas than requested. */
  | 'DEGRADED'
  /** It starts and does not answer yet. */
  | 'DEPLOYING'
  /** It cannot run. */
  | 'FAILED'
  /** All its replicas answer. */
  | 'READY'
  /** It was requested and has not started. */
  | 'REQUESTED'
  /** It was stopped. */
  | 'STOPPED'
  /** It stops. */
  | 'STOPPING';

/** What a revision is made of. In createService a field that is left out has its default, in deployService the value of the newest revision. */
export type ServiceSpecInput = {
  /** The command of a CUSTOM service, which answers HTTP on port $CUBE_PORT, 10000 characters at most. */
  command?: string | null | undefined;
  /** Environment variables. The list replaces the one before. */
  env?: Array<EnvVarInput> | null | undefined;
  /** The software that it runs with. Default: what the model or the kind needs. */
  environment?: EnvironmentInput | null | undefined;
  /** It stops after this time without requests and starts again at the next one, at most 2592000. Default: 0, never. */
  idleTimeoutSeconds?: number | null | undefined;
  /** The server that answers. Default: MODEL. */
  kind?: ServiceKind | null | undefined;
  /** The maximum number of concurrent requests, at most 100000. Default: 0, no limit. */
  maxConcurrency?: number | null | undefined;
  /** The maximum number of replicas, 1 to 1000. Default: null, no automatic scaling. */
  maxReplicas?: number | null | undefined;
  /** How a MODEL or FUNCTION writes NaN and infinities. Default: NULL. */
  nonFinite?: NonFinite | null | undefined;
  /** The port it listens on, 1024 to 65535. Default: that of its kind. */
  port?: number | null | undefined;
  /** Names of secrets of the project that it gets as environment variables. */
  projectSecrets?: Array<string> | null | undefined;
  /** The path that answers when a replica is ready. Default: that of its kind. */
  readyPath?: string | null | undefined;
  /** The minimum number of replicas, 1 to 100. Default: 1. */
  replicas?: number | null | undefined;
  /** What each replica requests. Default: 0.5 CPU cores, 1 GiB of memory, no GPU. */
  resources?: ResourcesInput | null | undefined;
  /** By what the number of replicas changes. Default: CPU. */
  scaleMetric?: ScaleMetric | null | undefined;
  /** Minimum numbers of replicas by time, 20 at most. */
  schedules?: Array<ReplicaScheduleInput> | null | undefined;
  /** The Python code of a FUNCTION: predict(model, inputs), 200000 characters at most. */
  script?: string | null | undefined;
  /** Environment variables whose values are kept encrypted. The list replaces the one before; a value of null is kept. */
  secrets?: Array<SecretEnvVarInput> | null | undefined;
  /** The value of the metric that is aimed at: 1 to 100 percent, or 1 to 10000 concurrent requests. Default: 80. */
  targetValue?: number | null | undefined;
  /** The time in which a response must begin, at most 3600. Default: 60. */
  timeoutSeconds?: number | null | undefined;
  /** Volumes, as source(kind):/path, such as data(pvc):/mnt, 20 at most. */
  volumes?: Array<string> | null | undefined;
};

/** The state of a service: of its revisions that get traffic. */
export type ServiceState =
  /** It was stopped because it got no requests; the next request starts it. */
  | 'ASLEEP'
  /** It answers with fewer replicas than requested. */
  | 'DEGRADED'
  /** It starts and does not answer yet. */
  | 'DEPLOYING'
  /** It cannot run. */
  | 'FAILED'
  /** All its replicas answer. */
  | 'READY'
  /** It was stopped. */
  | 'STOPPED'
  /** It stops. */
  | 'STOPPING'
  /** Its cluster cannot be reached. */
  | 'UNKNOWN';

/** Input of `setPipelineLayout`. */
export type SetPipelineLayoutInput = {
  /** The pipeline to lay out. */
  pipelineId: string;
  /** Positions of steps, at most 10000; they replace all positions that were set before. */
  positions: Array<StepPositionInput>;
};

/** A stage of the start of a notebook or of a revision of a service. */
export type StartStageName =
  /** It answers. */
  | 'READY'
  /** The start was requested. */
  | 'REQUESTED'
  /** It has its resources. */
  | 'SCHEDULED'
  /** Its process runs. */
  | 'STARTED';

/** Position of a step on the canvas of the editor. */
export type StepPositionInput = {
  /** Name of the step, at most 50 characters. */
  step: string;
  /** Distance from the origin to the right, in pixels. */
  x: number;
  /** Distance from the origin downwards, in pixels. */
  y: number;
};

/** State of a step. SUCCEEDED, CACHED, FAILED, SKIPPED and CANCELLED are final. */
export type StepState =
  /** The result of an equal step was taken; nothing ran. */
  | 'CACHED'
  /** Its run was cancelled before it ended. */
  | 'CANCELLED'
  /** Its last attempt failed. */
  | 'FAILED'
  /** Its pod exists and has not started. */
  | 'PENDING'
  /** Waits for the steps that it needs, or for its turn. */
  | 'QUEUED'
  /** An attempt failed, and the next one has not started. */
  | 'RETRYING'
  /** Its command runs. */
  | 'RUNNING'
  /** Its condition was false, or a step that it needs did not succeed. */
  | 'SKIPPED'
  /** Its command ended with exit code 0, and its outputs are stored. */
  | 'SUCCEEDED'
  /** Its cluster cannot be reached. */
  | 'UNKNOWN';

/** What takes space in the store. */
export type StorageKind =
  /** Deleted objects that the store deletes within the hour. */
  | 'DISCARDED'
  /** Images that are in no registry. */
  | 'IMAGES'
  /** Logs of runs, builds, notebooks and services. */
  | 'LOGS'
  /** Uploaded models; files of models that a run left count as files of runs. */
  | 'MODELS'
  /** Files of runs; the same content counts once. */
  | 'RUN_FILES';

/** What an API token allows. */
export type TokenScope =
  /** Everything that its owner may do. */
  | 'MANAGE'
  /** Read everything that its owner may read. */
  | 'READ'
  /** Also start, stop and steer runs, searches, notebooks, builds and services. */
  | 'RUN';

/** The share of the traffic that a revision gets. */
export type TrafficWeightInput = {
  /** The number of the revision. */
  revision: number;
  /** Percent of the requests, 0 to 100. */
  weight: number;
};

/** State of a trial. SUCCEEDED, PRUNED, FAILED and CANCELLED are final. */
export type TrialState =
  /** It was stopped before it ended. */
  | 'CANCELLED'
  /** Its run failed, or did not report an objective. */
  | 'FAILED'
  /** The pruner stopped it early. */
  | 'PRUNED'
  /** The pruner stopped it early; its run is ending. */
  | 'PRUNING'
  /** Its run is queued or running. */
  | 'RUNNING'
  /** It was stopped; its run is ending. */
  | 'STOPPING'
  /** Its run succeeded and reported every objective. */
  | 'SUCCEEDED';

/** Input of updateModel. A field that is left out keeps its value. */
export type UpdateModelInput = {
  /** The model card in Markdown, 100000 characters at most. */
  card?: string | null | undefined;
  /** What the model is for, 500 characters at most. */
  description?: string | null | undefined;
  /** The id of the model. */
  id: string;
};

/** Input of updateNotebook. A field that is left out or null keeps its value. */
export type UpdateNotebookInput = {
  /** What it is for, 500 characters at most. */
  description?: string | null | undefined;
  /** The id of the notebook. */
  id: string;
  /** The name, unique in the project: lowercase letters, digits and hyphens. */
  name?: string | null | undefined;
  /** Whether to apply the change immediately by a restart. Default: false. */
  restart?: boolean;
  /** What other members of the project may do with it. */
  sharing?: NotebookSharing | null | undefined;
  /** What changes of what it is made of, from the next start on. */
  spec?: NotebookSpecInput | null | undefined;
};

/** Input of `updateNotificationChannel`; what is null stays as it is. */
export type UpdateNotificationChannelInput = {
  /** Where messages go: an e-mail address, or the URL of the receiver, up to 2000 characters. E-mail of a user goes to the address of the account only. The platform connects to public addresses only, unless an administrator allows others (`CUBE_ALLOWED_PRIVATE_NETWORKS`). */
  address?: string | null | undefined;
  /** Id of the channel. */
  id: string;
  /** The events that it is sent. A channel of a project takes none that concern one user alone. */
  kinds?: Array<NotificationKind> | null | undefined;
  /** Name, 1–60 characters. */
  name?: string | null | undefined;
  /** Key of the signatures of WEBHOOK, DINGTALK and FEISHU, 1–500 characters; other kinds take none. One that begins with `whsec_` is the Base64 of a key. Empty: removes it. */
  secret?: string | null | undefined;
};

/** The retention policy of a project, or of the platform. */
export type UpdateRetentionPolicyInput = {
  /** Id or name of the project; null: the default for all projects that have no policy of their own. */
  project?: string | null | undefined;
  /** Which runs are kept. Null: the project has the default of the platform; as the default, every run is kept. */
  rule?: RetentionRuleInput | null | undefined;
};

/** Input of `updateSchedule`; what is left out or null stays as it is. */
export type UpdateScheduleInput = {
  /** The schedule to change. */
  id: string;
  /** Its new name. */
  name?: string | null | undefined;
  /** Its new spec, which replaces the whole old one. */
  spec?: ScheduleSpecInput | null | undefined;
};

/** Input of updateService. A field that is left out keeps its value. */
export type UpdateServiceInput = {
  /** Who may send requests; it takes effect immediately. */
  access?: ServiceAccess | null | undefined;
  /** What it is for, 500 characters at most. */
  description?: string | null | undefined;
  /** The id of the service. */
  id: string;
};

/** Input of uploadModel. */
export type UploadModelInput = {
  /** What is new in this version, 500 characters at most. */
  description?: string | null | undefined;
  /** The files, 1 to 10000. */
  files: Array<ModelFileInput>;
  /** The format of the files. Default: detected from the files. */
  framework?: ModelFramework | null | undefined;
  /** The metrics by name: {name: number}, 500 at most; "NaN", "Infinity" and "-Infinity" as text. JSON, because you choose the names. */
  metrics?: unknown;
  /** The name of the model. It gets a new version, or is created when there is none. */
  name: string;
  /** The name or id of the project. */
  project: string;
  /** The Python packages that are needed to load it, as in a requirements file, 100 at most. */
  requirements?: Array<string> | null | undefined;
  /** The inputs and outputs. Default: read from the files where they say so. */
  signature?: ModelSignatureInput | null | undefined;
  /** Tags: {name: text}, 100 at most. JSON, because you choose the names. */
  tags?: unknown;
};

/** Another search whose best points run first. */
export type WarmStartInput = {
  /** Id of a search that you may see. */
  searchId: string;
  /** Number of its best points, 1–100. Those outside the space are left out. */
  trials?: number;
};

export type ProblemFieldsFragment = { code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> };

export type FaultFieldsFragment = { code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { impersonator: string | null, viewer: { id: string, name: string, admin: boolean, auditor: boolean } | null };

export type MyProjectsQueryVariables = Exact<{ [key: string]: never; }>;


export type MyProjectsQuery = { projects: { nodes: Array<{ id: string, name: string, description: string, viewerRole: Role, viewerCanRun: boolean, cluster: string }> } };

export type OneProjectQueryVariables = Exact<{
  key: string;
}>;


export type OneProjectQuery = { project: { id: string, name: string, description: string, viewerRole: Role, viewerCanRun: boolean, cluster: string } | null };

export type FindProjectsQueryVariables = Exact<{
  search: string;
}>;


export type FindProjectsQuery = { projects: { nodes: Array<{ id: string, name: string }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SignOutMutationVariables = Exact<{
  everywhere: boolean;
}>;


export type SignOutMutation = { signOut:
    | { __typename: 'Done' }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type LastRunsQueryVariables = Exact<{ [key: string]: never; }>;


export type LastRunsQuery = { runs: { nodes: Array<{ id: string, number: number, state: RunState, pipeline: { id: string, name: string, project: { id: string, name: string } } }> } };

export type FindQueryVariables = Exact<{
  text: string;
}>;


export type FindQuery = { find: Array<{ kind: FoundKind, id: string, name: string, exact: boolean, project: string | null, detail: string | null, runState: RunState | null }> };

export type RunsChangedSubscriptionVariables = Exact<{
  project?: string | null | undefined;
  since?: string | null | undefined;
}>;


export type RunsChangedSubscription = { runsChanged: { cursor: string, run: { id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, counts: Array<{ state: StepState, count: number }>, pipeline: { id: string, name: string }, author: { id: string, name: string } } } };

export type ProjectGivenQueryVariables = Exact<{
  key: string;
}>;


export type ProjectGivenQuery = { project: { id: string, secrets: Array<{ name: string }> } | null };

export type StopViewingMutationVariables = Exact<{ [key: string]: never; }>;


export type StopViewingMutation = { stopImpersonating:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type AuditQueryVariables = Exact<{
  actor: string;
  operation: string;
  outcome?: AuditOutcome | null | undefined;
  after?: string | null | undefined;
}>;


export type AuditQuery = { audit: { nodes: Array<{ id: string, number: number, at: string, actor: string, by: string, address: string | null, operation: string, target: string | null, outcome: string, detail: unknown }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type AuditCheckQueryVariables = Exact<{ [key: string]: never; }>;


export type AuditCheckQuery = { auditCheck: { entries: number, problem: string | null } };

export type ClustersQueryVariables = Exact<{ [key: string]: never; }>;


export type ClustersQuery = { links: Array<{ name: string, url: string }>, clusters: Array<{ name: string, kind: string, reachable: boolean, since: string, problem: string | null, version: string | null, latency: number | null, capacity: { cpu: number, memory: number, gpu: number, freeCpu: number, freeMemory: number, freeGpu: number, gpuNote: string | null, notes: Array<string> } | null, nodes: Array<{ name: string, ready: boolean, cordoned: boolean, cpu: number, memory: number, gpu: number, usedCpu: number, usedMemory: number, usedGpu: number, taints: Array<string>, problems: Array<string>, version: string | null, labels: unknown }> }> };

export type ComponentsQueryVariables = Exact<{ [key: string]: never; }>;


export type ComponentsQuery = { clusters: Array<{ name: string, components: Array<{ group: string, name: string, state: string, version: string | null, explanation: string, needed: string, install: string }> | null }> };

export type ClusterHealthSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ClusterHealthSubscription = { clusterHealth: Array<{ name: string, reachable: boolean, since: string, problem: string | null }> };

export type RunComparedFragment = { params: unknown, id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, metrics: Array<{ step: string, item: number | null, name: string, last: unknown, points: unknown }>, version: { id: string, number: number, yaml: string, definition: unknown }, steps: Array<{ id: string, name: string, item: number | null, state: StepState, attempt: number, reason: string | null, explanation: string | null, value: unknown, itemCount: number | null, outputs: unknown, needs: Array<string>, cacheReason: string | null, startedAt: string | null, finishedAt: string | null, podId: string | null, artifacts: Array<{ id: string, path: string, sha256: string, size: number }> }>, pods: Array<{ id: string, step: string | null, item: number | null, attempt: number, runtime: string, machine: string | null, cpu: number, memory: number, peakCpu: number | null, peakMemory: number | null, cpuSeconds: number | null }>, counts: Array<{ state: StepState, count: number }>, pipeline: { id: string, name: string }, author: { id: string, name: string } };

export type OneComparedQueryVariables = Exact<{
  id: string;
}>;


export type OneComparedQuery = { run: { params: unknown, id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, metrics: Array<{ step: string, item: number | null, name: string, last: unknown, points: unknown }>, version: { id: string, number: number, yaml: string, definition: unknown }, steps: Array<{ id: string, name: string, item: number | null, state: StepState, attempt: number, reason: string | null, explanation: string | null, value: unknown, itemCount: number | null, outputs: unknown, needs: Array<string>, cacheReason: string | null, startedAt: string | null, finishedAt: string | null, podId: string | null, artifacts: Array<{ id: string, path: string, sha256: string, size: number }> }>, pods: Array<{ id: string, step: string | null, item: number | null, attempt: number, runtime: string, machine: string | null, cpu: number, memory: number, peakCpu: number | null, peakMemory: number | null, cpuSeconds: number | null }>, counts: Array<{ state: StepState, count: number }>, pipeline: { id: string, name: string }, author: { id: string, name: string } } | null };

export type HomeQueryVariables = Exact<{
  me: string;
  project?: string | null | undefined;
}>;


export type HomeQuery = { going: { nodes: Array<{ id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, expectedEnd: { median: string, p90: string } | null, steps: Array<{ id: string, name: string, state: StepState, reason: string | null, explanation: string | null }>, counts: Array<{ state: StepState, count: number }>, pipeline: { id: string, name: string }, author: { id: string, name: string } }> }, failed: { nodes: Array<{ id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, pipeline: { id: string, name: string, recentRuns: unknown }, steps: Array<{ id: string, name: string, state: StepState, reason: string | null, explanation: string | null }>, counts: Array<{ state: StepState, count: number }>, author: { id: string, name: string } }> }, newest: { nodes: Array<{ id: string, number: number, state: RunState, explanation: string | null, createdAt: string, startedAt: string | null, finishedAt: string | null, pipeline: { id: string, name: string, project: { id: string, name: string } } }> }, pipelines: { nodes: Array<{ id: string, name: string, latest: number, changedAt: string, recentRuns: unknown, viewerCanRun: boolean, project: { id: string, name: string } }> } };

export type AnythingQueryVariables = Exact<{ [key: string]: never; }>;


export type AnythingQuery = { projects: { nodes: Array<{ id: string, name: string, viewerCanRun: boolean }> }, pipelines: { nodes: Array<{ id: string }> }, notebooks: { nodes: Array<{ id: string }> }, images: { nodes: Array<{ id: string }> }, models: { nodes: Array<{ id: string }> }, services: { nodes: Array<{ id: string }> } };

export type RetentionRuleWholeFragment = { keepDays: number | null, keepLast: number | null };

export type RetentionQueryVariables = Exact<{
  project?: string | null | undefined;
}>;


export type RetentionQuery = { retentionPolicy: { inherited: boolean, viewerCanUpdate: boolean, rule: { keepDays: number | null, keepLast: number | null }, default: { keepDays: number | null, keepLast: number | null }, lastResult: { at: string, runs: number, freedBytes: number, failures: number } | null } };

export type PreviewRetentionQueryVariables = Exact<{
  input: PreviewRetentionInput;
}>;


export type PreviewRetentionQuery = { previewRetention: { runs: number, bytes: number } };

export type UpdateRetentionMutationVariables = Exact<{
  input: UpdateRetentionPolicyInput;
}>;


export type UpdateRetentionMutation = { updateRetentionPolicy:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'RetentionPolicy', inherited: boolean }
   };

export type ScheduledTasksQueryVariables = Exact<{ [key: string]: never; }>;


export type ScheduledTasksQuery = { scheduledTasks: Array<{ name: string, description: string, schedule: string, nextAt: string, runningSince: string | null, lastStartedAt: string | null, lastDurationSeconds: number | null, lastError: string | null }> };

export type RunScheduledTaskMutationVariables = Exact<{
  name: string;
}>;


export type RunScheduledTaskMutation = { runScheduledTask:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'ScheduledTask', name: string }
   };

export type StorageUsageQueryVariables = Exact<{
  project: string;
}>;


export type StorageUsageQuery = { storageUsage: { totalBytes: number, parts: Array<{ kind: StorageKind, bytes: number }> } };

export type ImageRowFragment = { id: string, name: string, description: string, latestNumber: number, createdAt: string, viewerCanBuild: boolean, latestBuild: { state: BuildState, reason: string | null, reference: string | null, size: number | null, createdAt: string } | null, project: { id: string, name: string } };

export type ImageSourceFragment = { dockerfile: string | null, packages: { base: string | null, python: string | null, pip: Array<string>, apt: Array<string>, conda: Array<string>, channels: Array<string>, commands: Array<string>, env: Array<{ name: string, value: string }>, files: Array<{ path: string, content: string }> } | null, git: { repo: string, repoSecret: string | null, branch: string | null, path: string | null } | null };

export type BuildRowFragment = { id: string, number: number, state: BuildState, reason: string | null, explanation: string | null, reference: string | null, cluster: string, digest: string | null, size: number | null, sizeChange: number | null, createdAt: string, startedAt: string | null, finishedAt: string | null, author: { id: string, name: string } };

export type BuildWholeFragment = { dockerfile: string | null, id: string, number: number, state: BuildState, reason: string | null, explanation: string | null, reference: string | null, cluster: string, digest: string | null, size: number | null, sizeChange: number | null, createdAt: string, startedAt: string | null, finishedAt: string | null, source: { dockerfile: string | null, packages: { base: string | null, python: string | null, pip: Array<string>, apt: Array<string>, conda: Array<string>, channels: Array<string>, commands: Array<string>, env: Array<{ name: string, value: string }>, files: Array<{ path: string, content: string }> } | null, git: { repo: string, repoSecret: string | null, branch: string | null, path: string | null } | null }, resources: { cpu: number, memory: number, timeoutSeconds: number }, packages: Array<{ kind: PackageKind, name: string, version: string }>, files: Array<{ path: string, size: number }>, packageChanges: Array<{ kind: PackageKind, name: string, before: string | null, after: string | null }>, failedStep: { step: string, output: Array<string> } | null, pod: { id: string, state: PodState } | null, author: { id: string, name: string } };

export type ImagesQueryVariables = Exact<{
  project?: string | null | undefined;
  search: string;
  after?: string | null | undefined;
}>;


export type ImagesQuery = { images: { nodes: Array<{ id: string, name: string, description: string, latestNumber: number, createdAt: string, viewerCanBuild: boolean, latestBuild: { state: BuildState, reason: string | null, reference: string | null, size: number | null, createdAt: string } | null, project: { id: string, name: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ImageQueryVariables = Exact<{
  id: string;
}>;


export type ImageQuery = { image: { id: string, name: string, description: string, latestNumber: number, createdAt: string, viewerCanBuild: boolean, usedBy: Array<{ kind: string, id: string, name: string }>, builds: Array<{ id: string, number: number, state: BuildState, reason: string | null, explanation: string | null, reference: string | null, cluster: string, digest: string | null, size: number | null, sizeChange: number | null, createdAt: string, startedAt: string | null, finishedAt: string | null, author: { id: string, name: string } }>, latestBuild: { state: BuildState, reason: string | null, reference: string | null, size: number | null, createdAt: string } | null, project: { id: string, name: string } } | null };

export type BuildOneQueryVariables = Exact<{
  id: string;
}>;


export type BuildOneQuery = { build: { dockerfile: string | null, id: string, number: number, state: BuildState, reason: string | null, explanation: string | null, reference: string | null, cluster: string, digest: string | null, size: number | null, sizeChange: number | null, createdAt: string, startedAt: string | null, finishedAt: string | null, source: { dockerfile: string | null, packages: { base: string | null, python: string | null, pip: Array<string>, apt: Array<string>, conda: Array<string>, channels: Array<string>, commands: Array<string>, env: Array<{ name: string, value: string }>, files: Array<{ path: string, content: string }> } | null, git: { repo: string, repoSecret: string | null, branch: string | null, path: string | null } | null }, resources: { cpu: number, memory: number, timeoutSeconds: number }, packages: Array<{ kind: PackageKind, name: string, version: string }>, files: Array<{ path: string, size: number }>, packageChanges: Array<{ kind: PackageKind, name: string, before: string | null, after: string | null }>, failedStep: { step: string, output: Array<string> } | null, pod: { id: string, state: PodState } | null, author: { id: string, name: string } } | null };

export type CheckImageQueryVariables = Exact<{
  input: CheckImageInput;
}>;


export type CheckImageQuery = { checkImage: { dockerfile: string | null, pythonOnly: boolean, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> } };

export type ImagePresetsQueryVariables = Exact<{ [key: string]: never; }>;


export type ImagePresetsQuery = { viewer: { id: string, admin: boolean } | null, imagePresets: Array<{ name: string, title: string, description: string, builtin: boolean, changedAt: string, source: { dockerfile: string | null, packages: { base: string | null, python: string | null, pip: Array<string>, apt: Array<string>, conda: Array<string>, channels: Array<string>, commands: Array<string>, env: Array<{ name: string, value: string }>, files: Array<{ path: string, content: string }> } | null, git: { repo: string, repoSecret: string | null, branch: string | null, path: string | null } | null } }> };

export type SaveImagePresetMutationVariables = Exact<{
  input: SaveImagePresetInput;
}>;


export type SaveImagePresetMutation = { saveImagePreset:
    | { __typename: 'ImagePreset', name: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type DeleteImagePresetMutationVariables = Exact<{
  name: string;
}>;


export type DeleteImagePresetMutation = { deleteImagePreset:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type ImagePlacesQueryVariables = Exact<{
  key: string;
}>;


export type ImagePlacesQuery = { clusters: Array<{ name: string, kind: string }>, project: { id: string, name: string, cluster: string, clusters: Array<string>, viewerCanRun: boolean, viewerCanMaintain: boolean, registries: Array<{ id: string, name: string, prefix: string, username: string, insecure: boolean }> } | null };

export type RegistryCheckQueryVariables = Exact<{
  id: string;
}>;


export type RegistryCheckQuery = { registryCheck: { problem: string | null } };

export type SaveImageMutationVariables = Exact<{
  input: SaveImageInput;
}>;


export type SaveImageMutation = { saveImage:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'SavedImage', created: boolean, image: { id: string }, build: { id: string, number: number } }
   };

export type CancelBuildMutationVariables = Exact<{
  id: string;
}>;


export type CancelBuildMutation = { cancelBuild:
    | { __typename: 'Build', id: string, state: BuildState }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type DeleteImageMutationVariables = Exact<{
  id: string;
}>;


export type DeleteImageMutation = { deleteImage:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type SaveRegistryMutationVariables = Exact<{
  project: string;
  name: string;
  prefix: string;
  username: string;
  password?: string | null | undefined;
  insecure: boolean;
}>;


export type SaveRegistryMutation = { saveRegistry:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Registry', id: string, name: string, prefix: string, username: string, insecure: boolean }
   };

export type DeleteRegistryMutationVariables = Exact<{
  id: string;
}>;


export type DeleteRegistryMutation = { deleteRegistry:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type ImageChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type ImageChangedSubscription = { imageChanged: { cursor: string, id: string, image: { id: string, name: string, description: string, latestNumber: number, createdAt: string, viewerCanBuild: boolean, usedBy: Array<{ kind: string, id: string, name: string }>, builds: Array<{ id: string, number: number, state: BuildState, reason: string | null, explanation: string | null, reference: string | null, cluster: string, digest: string | null, size: number | null, sizeChange: number | null, createdAt: string, startedAt: string | null, finishedAt: string | null, author: { id: string, name: string } }>, latestBuild: { state: BuildState, reason: string | null, reference: string | null, size: number | null, createdAt: string } | null, project: { id: string, name: string } } | null } };

export type RegistryImageQueryVariables = Exact<{
  image: string;
  project?: string | null | undefined;
}>;


export type RegistryImageQuery = { registryImage: { digest: string | null, problem: string | null } };

export type ModelVersionRowFragment = { id: string, number: number, description: string, framework: ModelFramework, size: number, digest: string, requirements: Array<string>, metrics: unknown, tags: unknown, runId: string | null, createdAt: string, signature: { inputs: Array<{ name: string, type: ModelFieldType }>, outputs: Array<{ name: string, type: ModelFieldType }> } | null, lineage: { pipeline: string, pipelineVersion: number, runNumber: number, step: string, item: unknown, parameters: unknown } | null, author: { id: string, name: string }, files: Array<{ path: string, size: number, sha256: string, mediaType: string, url: string }> };

export type ModelRowFragment = { id: string, name: string, description: string, createdAt: string, viewerCanChange: boolean, project: { id: string, name: string }, aliases: Array<{ name: string, number: number }>, latestVersion: { id: string, number: number, framework: ModelFramework, size: number, metrics: unknown, createdAt: string } | null };

export type ModelWholeFragment = { id: string, name: string, description: string, card: string, createdAt: string, viewerCanChange: boolean, project: { id: string, name: string }, aliases: Array<{ name: string, number: number, movedAt: string, movedBy: { id: string, name: string } }>, usedBy: Array<{ kind: ModelReferenceKind, id: string, name: string }>, versions: Array<{ id: string, number: number, description: string, framework: ModelFramework, size: number, digest: string, requirements: Array<string>, metrics: unknown, tags: unknown, runId: string | null, createdAt: string, signature: { inputs: Array<{ name: string, type: ModelFieldType }>, outputs: Array<{ name: string, type: ModelFieldType }> } | null, lineage: { pipeline: string, pipelineVersion: number, runNumber: number, step: string, item: unknown, parameters: unknown } | null, author: { id: string, name: string }, files: Array<{ path: string, size: number, sha256: string, mediaType: string, url: string }> }> };

export type ModelsQueryVariables = Exact<{
  project?: string | null | undefined;
  search: string;
  after?: string | null | undefined;
}>;


export type ModelsQuery = { models: { nodes: Array<{ id: string, name: string, description: string, createdAt: string, viewerCanChange: boolean, project: { id: string, name: string }, aliases: Array<{ name: string, number: number }>, latestVersion: { id: string, number: number, framework: ModelFramework, size: number, metrics: unknown, createdAt: string } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ModelQueryVariables = Exact<{
  id: string;
}>;


export type ModelQuery = { model: { id: string, name: string, description: string, card: string, createdAt: string, viewerCanChange: boolean, project: { id: string, name: string }, aliases: Array<{ name: string, number: number, movedAt: string, movedBy: { id: string, name: string } }>, usedBy: Array<{ kind: ModelReferenceKind, id: string, name: string }>, versions: Array<{ id: string, number: number, description: string, framework: ModelFramework, size: number, digest: string, requirements: Array<string>, metrics: unknown, tags: unknown, runId: string | null, createdAt: string, signature: { inputs: Array<{ name: string, type: ModelFieldType }>, outputs: Array<{ name: string, type: ModelFieldType }> } | null, lineage: { pipeline: string, pipelineVersion: number, runNumber: number, step: string, item: unknown, parameters: unknown } | null, author: { id: string, name: string }, files: Array<{ path: string, size: number, sha256: string, mediaType: string, url: string }> }> } | null };

export type ModelChecksQueryVariables = Exact<{
  id: string;
  version: string;
  alias: string;
}>;


export type ModelChecksQuery = { model: { id: string, checks: Array<{ name: string, passed: boolean, explanation: string }> } | null };

export type RegisterModelMutationVariables = Exact<{
  input: RegisterModelInput;
}>;


export type RegisterModelMutation = { registerModel:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'RegisteredModel', changed: boolean, model: { id: string, name: string }, version: { id: string, number: number } }
   };

export type UploadModelMutationVariables = Exact<{
  input: UploadModelInput;
}>;


export type UploadModelMutation = { uploadModel:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'RegisteredModel', changed: boolean, model: { id: string, name: string }, version: { id: string, number: number } }
   };

export type UpdateModelMutationVariables = Exact<{
  input: UpdateModelInput;
}>;


export type UpdateModelMutation = { updateModel:
    | { __typename: 'Model', id: string, name: string, description: string, card: string, createdAt: string, viewerCanChange: boolean, project: { id: string, name: string }, aliases: Array<{ name: string, number: number, movedAt: string, movedBy: { id: string, name: string } }>, usedBy: Array<{ kind: ModelReferenceKind, id: string, name: string }>, versions: Array<{ id: string, number: number, description: string, framework: ModelFramework, size: number, digest: string, requirements: Array<string>, metrics: unknown, tags: unknown, runId: string | null, createdAt: string, signature: { inputs: Array<{ name: string, type: ModelFieldType }>, outputs: Array<{ name: string, type: ModelFieldType }> } | null, lineage: { pipeline: string, pipelineVersion: number, runNumber: number, step: string, item: unknown, parameters: unknown } | null, author: { id: string, name: string }, files: Array<{ path: string, size: number, sha256: string, mediaType: string, url: string }> }> }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type SetModelAliasMutationVariables = Exact<{
  id: string;
  alias: string;
  force: boolean;
}>;


export type SetModelAliasMutation = { setModelAlias:
    | { __typename: 'Model', id: string, name: string, description: string, card: string, createdAt: string, viewerCanChange: boolean, project: { id: string, name: string }, aliases: Array<{ name: string, number: number, movedAt: string, movedBy: { id: string, name: string } }>, usedBy: Array<{ kind: ModelReferenceKind, id: string, name: string }>, versions: Array<{ id: string, number: number, description: string, framework: ModelFramework, size: number, digest: string, requirements: Array<string>, metrics: unknown, tags: unknown, runId: string | null, createdAt: string, signature: { inputs: Array<{ name: string, type: ModelFieldType }>, outputs: Array<{ name: string, type: ModelFieldType }> } | null, lineage: { pipeline: string, pipelineVersion: number, runNumber: number, step: string, item: unknown, parameters: unknown } | null, author: { id: string, name: string }, files: Array<{ path: string, size: number, sha256: string, mediaType: string, url: string }> }> }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type RemoveModelAliasMutationVariables = Exact<{
  id: string;
  alias: string;
}>;


export type RemoveModelAliasMutation = { removeModelAlias:
    | { __typename: 'Model', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type DeleteModelVersionMutationVariables = Exact<{
  id: string;
}>;


export type DeleteModelVersionMutation = { deleteModelVersion:
    | { __typename: 'Model', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type DeleteModelMutationVariables = Exact<{
  id: string;
}>;


export type DeleteModelMutation = { deleteModel:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type ModelChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type ModelChangedSubscription = { modelChanged: { cursor: string, id: string, model: { id: string, name: string, description: string, card: string, createdAt: string, viewerCanChange: boolean, project: { id: string, name: string }, aliases: Array<{ name: string, number: number, movedAt: string, movedBy: { id: string, name: string } }>, usedBy: Array<{ kind: ModelReferenceKind, id: string, name: string }>, versions: Array<{ id: string, number: number, description: string, framework: ModelFramework, size: number, digest: string, requirements: Array<string>, metrics: unknown, tags: unknown, runId: string | null, createdAt: string, signature: { inputs: Array<{ name: string, type: ModelFieldType }>, outputs: Array<{ name: string, type: ModelFieldType }> } | null, lineage: { pipeline: string, pipelineVersion: number, runNumber: number, step: string, item: unknown, parameters: unknown } | null, author: { id: string, name: string }, files: Array<{ path: string, size: number, sha256: string, mediaType: string, url: string }> }> } | null } };

export type NotebookSignalRowFragment = { name: NotebookSignalName, active: boolean, lastActiveAt: string | null, detail: string, counts: boolean };

export type NotebookRowFragment = { id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { resources: { cpu: number, memory: number, gpu: number, gpuShare: string } }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } };

export type NotebookWholeFragment = { folder: string, changed: boolean, id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { size: number, projectSecrets: Array<string>, volumes: Array<string>, repo: string | null, repoSecret: string | null, branch: string | null, script: string | null, command: string | null, port: number | null, path: string | null, resources: { gpuType: string, cpu: number, memory: number, gpu: number, gpuShare: string, devices: Array<{ name: string, count: number }>, claims: Array<{ name: string, count: number }> }, environment: { python: string | null, requirements: Array<string>, image: string | null, root: boolean }, env: Array<{ name: string, value: string }>, secrets: Array<{ name: string }> }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null, signals: Array<{ name: NotebookSignalName, active: boolean, lastActiveAt: string | null, detail: string, counts: boolean }> } | null, idleStop: { idleSince: string, gpuHours: number, signals: Array<{ name: NotebookSignalName, active: boolean, lastActiveAt: string | null, detail: string, counts: boolean }> } | null, previousSpec: { resources: { cpu: number, memory: number, gpu: number } } | null, restarted: { at: string | null, reason: string, explanation: string } | null, pods: Array<{ id: string, attempt: number, item: number | null, role: string | null, rank: number | null, state: PodState, reason: string | null, explanation: string | null, machine: string | null, runtime: string, cpu: number, memory: number, gpus: Array<number>, createdAt: string | null, startedAt: string | null, finishedAt: string | null, exitCode: number | null, signal: number | null, cpuSeconds: number | null, peakCpu: number | null, peakMemory: number | null, logSize: number, logDone: boolean }>, policy: { idleMinutes: number, gpuIdleMinutes: number, warnMinutes: number }, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } };

export type NotebooksQueryVariables = Exact<{
  project?: string | null | undefined;
  mine: boolean;
  search: string;
  after?: string | null | undefined;
}>;


export type NotebooksQuery = { notebooks: { nodes: Array<{ id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { resources: { cpu: number, memory: number, gpu: number, gpuShare: string } }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type NotebookQueryVariables = Exact<{
  id: string;
}>;


export type NotebookQuery = { notebook: { folder: string, changed: boolean, id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { size: number, projectSecrets: Array<string>, volumes: Array<string>, repo: string | null, repoSecret: string | null, branch: string | null, script: string | null, command: string | null, port: number | null, path: string | null, resources: { gpuType: string, cpu: number, memory: number, gpu: number, gpuShare: string, devices: Array<{ name: string, count: number }>, claims: Array<{ name: string, count: number }> }, environment: { python: string | null, requirements: Array<string>, image: string | null, root: boolean }, env: Array<{ name: string, value: string }>, secrets: Array<{ name: string }> }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null, signals: Array<{ name: NotebookSignalName, active: boolean, lastActiveAt: string | null, detail: string, counts: boolean }> } | null, idleStop: { idleSince: string, gpuHours: number, signals: Array<{ name: NotebookSignalName, active: boolean, lastActiveAt: string | null, detail: string, counts: boolean }> } | null, previousSpec: { resources: { cpu: number, memory: number, gpu: number } } | null, restarted: { at: string | null, reason: string, explanation: string } | null, pods: Array<{ id: string, attempt: number, item: number | null, role: string | null, rank: number | null, state: PodState, reason: string | null, explanation: string | null, machine: string | null, runtime: string, cpu: number, memory: number, gpus: Array<number>, createdAt: string | null, startedAt: string | null, finishedAt: string | null, exitCode: number | null, signal: number | null, cpuSeconds: number | null, peakCpu: number | null, peakMemory: number | null, logSize: number, logDone: boolean }>, policy: { idleMinutes: number, gpuIdleMinutes: number, warnMinutes: number }, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } } | null };

export type NotebookKindsQueryVariables = Exact<{
  cluster?: string | null | undefined;
}>;


export type NotebookKindsQuery = { notebookKinds: Array<{ kind: NotebookKind, title: string, description: string, image: string | null, requirements: Array<string>, supportsViewOnly: boolean, unavailableReason: string | null }> };

export type PreflightNotebookQueryVariables = Exact<{
  project: string;
  kind: NotebookKind;
  spec: NotebookSpecInput;
  cluster?: string | null | undefined;
}>;


export type PreflightNotebookQuery = { preflightNotebook: { verdict: PreflightVerdict, explanation: string, problems: Array<string> } };

export type NotebookUsageQueryVariables = Exact<{
  id: string;
}>;


export type NotebookUsageQuery = { notebookUsage: { known: boolean, busyKernels: Array<string>, busyTerminals: number, openPages: number, unsavedDocuments: Array<string> } };

export type NotebookPackagesQueryVariables = Exact<{
  id: string;
}>;


export type NotebookPackagesQuery = { notebookPackages: Array<string> };

export type NotebookPlacesQueryVariables = Exact<{ [key: string]: never; }>;


export type NotebookPlacesQuery = { projects: { nodes: Array<{ id: string, name: string, viewerCanRun: boolean, cluster: string, clusters: Array<string> }> } };

export type CreateNotebookMutationVariables = Exact<{
  input: CreateNotebookInput;
}>;


export type CreateNotebookMutation = { createNotebook:
    | { __typename: 'Notebook', id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { resources: { cpu: number, memory: number, gpu: number, gpuShare: string } }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type UpdateNotebookMutationVariables = Exact<{
  input: UpdateNotebookInput;
}>;


export type UpdateNotebookMutation = { updateNotebook:
    | { __typename: 'Notebook', folder: string, changed: boolean, id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { size: number, projectSecrets: Array<string>, volumes: Array<string>, repo: string | null, repoSecret: string | null, branch: string | null, script: string | null, command: string | null, port: number | null, path: string | null, resources: { gpuType: string, cpu: number, memory: number, gpu: number, gpuShare: string, devices: Array<{ name: string, count: number }>, claims: Array<{ name: string, count: number }> }, environment: { python: string | null, requirements: Array<string>, image: string | null, root: boolean }, env: Array<{ name: string, value: string }>, secrets: Array<{ name: string }> }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null, signals: Array<{ name: NotebookSignalName, active: boolean, lastActiveAt: string | null, detail: string, counts: boolean }> } | null, idleStop: { idleSince: string, gpuHours: number, signals: Array<{ name: NotebookSignalName, active: boolean, lastActiveAt: string | null, detail: string, counts: boolean }> } | null, previousSpec: { resources: { cpu: number, memory: number, gpu: number } } | null, restarted: { at: string | null, reason: string, explanation: string } | null, pods: Array<{ id: string, attempt: number, item: number | null, role: string | null, rank: number | null, state: PodState, reason: string | null, explanation: string | null, machine: string | null, runtime: string, cpu: number, memory: number, gpus: Array<number>, createdAt: string | null, startedAt: string | null, finishedAt: string | null, exitCode: number | null, signal: number | null, cpuSeconds: number | null, peakCpu: number | null, peakMemory: number | null, logSize: number, logDone: boolean }>, policy: { idleMinutes: number, gpuIdleMinutes: number, warnMinutes: number }, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type StartNotebookMutationVariables = Exact<{
  id: string;
}>;


export type StartNotebookMutation = { startNotebook:
    | { __typename: 'Notebook', id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { resources: { cpu: number, memory: number, gpu: number, gpuShare: string } }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type StopNotebookMutationVariables = Exact<{
  id: string;
  save: boolean;
}>;


export type StopNotebookMutation = { stopNotebook:
    | { __typename: 'Notebook', id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { resources: { cpu: number, memory: number, gpu: number, gpuShare: string } }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type RestartNotebookMutationVariables = Exact<{
  id: string;
  save: boolean;
}>;


export type RestartNotebookMutation = { restartNotebook:
    | { __typename: 'Notebook', id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { resources: { cpu: number, memory: number, gpu: number, gpuShare: string } }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type RevertNotebookMutationVariables = Exact<{
  id: string;
}>;


export type RevertNotebookMutation = { revertNotebook:
    | { __typename: 'Notebook', id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { resources: { cpu: number, memory: number, gpu: number, gpuShare: string } }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type CloneNotebookMutationVariables = Exact<{
  id: string;
  name: string;
}>;


export type CloneNotebookMutation = { cloneNotebook:
    | { __typename: 'Notebook', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type DeleteNotebookMutationVariables = Exact<{
  id: string;
  keepFiles: boolean;
}>;


export type DeleteNotebookMutation = { deleteNotebook:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type ExtendNotebookMutationVariables = Exact<{
  id: string;
}>;


export type ExtendNotebookMutation = { extendNotebook:
    | { __typename: 'Notebook', id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { resources: { cpu: number, memory: number, gpu: number, gpuShare: string } }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type OpenNotebookMutationVariables = Exact<{
  id: string;
}>;


export type OpenNotebookMutation = { openNotebook:
    | { __typename: 'NotebookLink', url: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type NotebookPolicyQueryVariables = Exact<{
  key: string;
}>;


export type NotebookPolicyQuery = { project: { id: string, viewerCanMaintain: boolean, notebookPolicy: { idleMinutes: number, gpuIdleMinutes: number, warnMinutes: number } } | null };

export type SetNotebookPolicyMutationVariables = Exact<{
  project: string;
  idle: number;
  gpu: number;
  warn: number;
}>;


export type SetNotebookPolicyMutation = { setNotebookPolicy:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Project', id: string }
   };

export type NotebookChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type NotebookChangedSubscription = { notebookChanged: { cursor: string, id: string, notebook: { folder: string, changed: boolean, id: string, name: string, description: string, kind: NotebookKind, cluster: string, state: NotebookState, reason: string | null, explanation: string | null, sharing: NotebookSharing, mine: boolean, createdAt: string, requestedAt: string | null, readyAt: string | null, endedAt: string | null, extendedUntil: string | null, viewerMayOpen: NotebookSharing, viewerCanChange: boolean, viewerCanStop: boolean, spec: { size: number, projectSecrets: Array<string>, volumes: Array<string>, repo: string | null, repoSecret: string | null, branch: string | null, script: string | null, command: string | null, port: number | null, path: string | null, resources: { gpuType: string, cpu: number, memory: number, gpu: number, gpuShare: string, devices: Array<{ name: string, count: number }>, claims: Array<{ name: string, count: number }> }, environment: { python: string | null, requirements: Array<string>, image: string | null, root: boolean }, env: Array<{ name: string, value: string }>, secrets: Array<{ name: string }> }, activity: { at: string, idleSince: string | null, warnAt: string | null, stopAt: string | null, due: NotebookDue | null, signals: Array<{ name: NotebookSignalName, active: boolean, lastActiveAt: string | null, detail: string, counts: boolean }> } | null, idleStop: { idleSince: string, gpuHours: number, signals: Array<{ name: NotebookSignalName, active: boolean, lastActiveAt: string | null, detail: string, counts: boolean }> } | null, previousSpec: { resources: { cpu: number, memory: number, gpu: number } } | null, restarted: { at: string | null, reason: string, explanation: string } | null, pods: Array<{ id: string, attempt: number, item: number | null, role: string | null, rank: number | null, state: PodState, reason: string | null, explanation: string | null, machine: string | null, runtime: string, cpu: number, memory: number, gpus: Array<number>, createdAt: string | null, startedAt: string | null, finishedAt: string | null, exitCode: number | null, signal: number | null, cpuSeconds: number | null, peakCpu: number | null, peakMemory: number | null, logSize: number, logDone: boolean }>, policy: { idleMinutes: number, gpuIdleMinutes: number, warnMinutes: number }, stages: Array<{ name: StartStageName, at: string | null }>, owner: { id: string, name: string }, project: { id: string, name: string } } | null } };

export type NotificationsQueryVariables = Exact<{
  unread: boolean;
  after?: string | null | undefined;
}>;


export type NotificationsQuery = { notifications: { nodes: Array<{ id: string, kind: NotificationKind, detail: string | null, unread: boolean, createdAt: string, subject: { kind: NotificationSubjectKind, id: string, name: string, number: number | null, project: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type NotificationRowFragment = { id: string, kind: NotificationKind, detail: string | null, unread: boolean, createdAt: string, subject: { kind: NotificationSubjectKind, id: string, name: string, number: number | null, project: string } };

export type NotificationsChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type NotificationsChangedSubscription = { notificationsChanged: { cursor: string, unreadCount: number } };

export type MarkNotificationsReadMutationVariables = Exact<{
  ids?: Array<string> | string | null | undefined;
}>;


export type MarkNotificationsReadMutation = { markNotificationsRead:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'UnreadNotifications', unreadCount: number }
   };

export type NotificationSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationSettingsQuery = { notificationSettings: { settings: Array<{ kind: NotificationKind, console: boolean }> } };

export type UpdateNotificationSettingsMutationVariables = Exact<{
  settings: Array<NotificationSettingInput> | NotificationSettingInput;
}>;


export type UpdateNotificationSettingsMutation = { updateNotificationSettings:
    | { __typename: 'NotificationSettings', settings: Array<{ kind: NotificationKind, console: boolean }> }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type ChannelRowFragment = { id: string, name: string, kind: NotificationChannelKind, address: string, hasSecret: boolean, kinds: Array<NotificationKind>, deliveredAt: string | null, failedAt: string | null, error: string | null, deliveries: Array<{ id: string, state: NotificationDeliveryState, attempts: number, error: string | null }> };

export type NotificationChannelsQueryVariables = Exact<{
  project?: string | null | undefined;
}>;


export type NotificationChannelsQuery = { mailConfigured: boolean, notificationChannels: Array<{ id: string, name: string, kind: NotificationChannelKind, address: string, hasSecret: boolean, kinds: Array<NotificationKind>, deliveredAt: string | null, failedAt: string | null, error: string | null, deliveries: Array<{ id: string, state: NotificationDeliveryState, attempts: number, error: string | null }> }> };

export type CreateNotificationChannelMutationVariables = Exact<{
  input: CreateNotificationChannelInput;
}>;


export type CreateNotificationChannelMutation = { createNotificationChannel:
    | { __typename: 'NotificationChannel', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type UpdateNotificationChannelMutationVariables = Exact<{
  input: UpdateNotificationChannelInput;
}>;


export type UpdateNotificationChannelMutation = { updateNotificationChannel:
    | { __typename: 'NotificationChannel', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type DeleteNotificationChannelMutationVariables = Exact<{
  id: string;
}>;


export type DeleteNotificationChannelMutation = { deleteNotificationChannel:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type TestNotificationChannelMutationVariables = Exact<{
  id: string;
}>;


export type TestNotificationChannelMutation = { testNotificationChannel:
    | { __typename: 'NotificationDelivery', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type SignInProvidersQueryVariables = Exact<{ [key: string]: never; }>;


export type SignInProvidersQuery = { signInProviders: Array<{ name: string, title: string, url: string }> };

export type PersonRowFragment = { id: string, name: string, email: string | null, admin: boolean, auditor: boolean, createdAt: string | null, deactivatedAt: string | null, lastSeenAt: string | null };

export type PeopleQueryVariables = Exact<{
  search: string;
  after?: string | null | undefined;
}>;


export type PeopleQuery = { users: { nodes: Array<{ id: string, name: string, email: string | null, admin: boolean, auditor: boolean, createdAt: string | null, deactivatedAt: string | null, lastSeenAt: string | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MySessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type MySessionsQuery = { sessions: Array<{ id: string, agent: string, createdAt: string, seenAt: string, expiresAt: string, current: boolean }> };

export type InvitePersonMutationVariables = Exact<{
  name: string;
  email?: string | null | undefined;
  project?: string | null | undefined;
  role: Role;
}>;


export type InvitePersonMutation = { inviteUser:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'SignInLink', url: string, user: { id: string, name: string, email: string | null, admin: boolean, auditor: boolean, createdAt: string | null, deactivatedAt: string | null, lastSeenAt: string | null } }
   };

export type LinkPersonMutationVariables = Exact<{
  id: string;
}>;


export type LinkPersonMutation = { createSignInLink:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'SignInLink', url: string, user: { id: string, name: string, email: string | null, admin: boolean, auditor: boolean, createdAt: string | null, deactivatedAt: string | null, lastSeenAt: string | null } }
   };

export type UpdatePersonMutationVariables = Exact<{
  id: string;
  admin?: boolean | null | undefined;
  auditor?: boolean | null | undefined;
  closed?: boolean | null | undefined;
}>;


export type UpdatePersonMutation = { updateUser:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'User', id: string, name: string, email: string | null, admin: boolean, auditor: boolean, createdAt: string | null, deactivatedAt: string | null, lastSeenAt: string | null }
   };

export type EndSessionMutationVariables = Exact<{
  id: string;
}>;


export type EndSessionMutation = { endSession:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type SshKeysQueryVariables = Exact<{ [key: string]: never; }>;


export type SshKeysQuery = { sshKeys: Array<string> };

export type SetSshKeysMutationVariables = Exact<{
  keys: Array<string> | string;
}>;


export type SetSshKeysMutation = { setSshKeys:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type GroupsQueryVariables = Exact<{ [key: string]: never; }>;


export type GroupsQuery = { groups: { nodes: Array<{ id: string, name: string, description: string, provider: string | null, members: Array<{ id: string, name: string }> | null }> }, signInProviders: Array<{ name: string, title: string }> };

export type GroupNamesQueryVariables = Exact<{ [key: string]: never; }>;


export type GroupNamesQuery = { groups: { nodes: Array<{ id: string, name: string, description: string }> } };

export type CreateGroupMutationVariables = Exact<{
  name: string;
  description: string;
  provider?: string | null | undefined;
}>;


export type CreateGroupMutation = { createGroup:
    | { __typename: 'Group', id: string, name: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type UpdateGroupMutationVariables = Exact<{
  id: string;
  name: string;
  description: string;
  provider?: string | null | undefined;
}>;


export type UpdateGroupMutation = { updateGroup:
    | { __typename: 'Group', id: string, name: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type AddGroupMemberMutationVariables = Exact<{
  id: string;
  user: string;
}>;


export type AddGroupMemberMutation = { addGroupMember:
    | { __typename: 'Group', id: string, name: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type RemoveGroupMemberMutationVariables = Exact<{
  id: string;
  user: string;
}>;


export type RemoveGroupMemberMutation = { removeGroupMember:
    | { __typename: 'Group', id: string, name: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type DeleteGroupMutationVariables = Exact<{
  id: string;
}>;


export type DeleteGroupMutation = { deleteGroup:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type SetGroupMutationVariables = Exact<{
  project: string;
  group: string;
  role?: Role | null | undefined;
}>;


export type SetGroupMutation = { setGroupRole:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Project', id: string }
   };

export type ProvidersQueryVariables = Exact<{ [key: string]: never; }>;


export type ProvidersQuery = { identityProviders: Array<{ name: string, title: string, kind: string, issuer: string, signUp: string, domains: Array<string>, groups: Array<string>, adminGroups: Array<string>, callback: string }> };

export type ProviderCheckQueryVariables = Exact<{
  name: string;
}>;


export type ProviderCheckQuery = { checkIdentityProvider: Array<{ what: string, problem: string | null }> };

export type ViewAsMutationVariables = Exact<{
  id: string;
}>;


export type ViewAsMutation = { impersonateUser:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'User', id: string, name: string }
   };

export type PersonWaysQueryVariables = Exact<{
  id: string;
}>;


export type PersonWaysQuery = { user: { id: string, sessions: Array<{ id: string, agent: string, seenAt: string }> | null, tokens: Array<{ id: string, name: string, ending: string, usedAt: string | null, revokedAt: string | null }> | null } | null };

export type PipelinesQueryVariables = Exact<{
  project?: string | null | undefined;
  search: string;
  sort: PipelineSort;
  after?: string | null | undefined;
}>;


export type PipelinesQuery = { pipelines: { nodes: Array<{ id: string, name: string, description: string, latest: number, changedAt: string, runCount: number, recentRuns: unknown, viewerCanRun: boolean, project: { id: string, name: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type PipelinePageQueryVariables = Exact<{
  project: string;
  name: string;
}>;


export type PipelinePageQuery = { project: { id: string, name: string, viewerCanRun: boolean, pipeline: { id: string, name: string, description: string, latest: number, createdAt: string, changedAt: string, runCount: number, recentRuns: unknown, viewerCanRun: boolean, stepDurations: Array<{ step: string, medianSeconds: number }>, layout: Array<{ step: string, x: number, y: number }>, draft: { definition: unknown, baseVersion: number, changedAt: string } | null, version: { id: string, number: number, createdAt: string, definition: unknown, yaml: string, author: { id: string, name: string } } | null } | null } | null };

export type PipelineRunsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type PipelineRunsQuery = { pipeline: { id: string, runs: { nodes: Array<{ id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, counts: Array<{ state: StepState, count: number }>, pipeline: { id: string, name: string }, author: { id: string, name: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type VersionsQueryVariables = Exact<{
  id: string;
  after?: string | null | undefined;
}>;


export type VersionsQuery = { pipeline: { id: string, versions: { nodes: Array<{ id: string, number: number, createdAt: string, author: { id: string, name: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type VersionYamlQueryVariables = Exact<{
  id: string;
  number?: number | null | undefined;
}>;


export type VersionYamlQuery = { pipeline: { id: string, version: { id: string, number: number, yaml: string, definition: unknown } | null } | null };

export type SavePipelineMutationVariables = Exact<{
  input: SavePipelineInput;
}>;


export type SavePipelineMutation = { savePipeline:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'SavedPipeline', changed: boolean, pipeline: { id: string, name: string, latest: number } }
   };

export type SavePipelineDraftMutationVariables = Exact<{
  input: SavePipelineDraftInput;
}>;


export type SavePipelineDraftMutation = { savePipelineDraft:
    | { __typename: 'Pipeline', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type DiscardPipelineDraftMutationVariables = Exact<{
  pipeline: string;
}>;


export type DiscardPipelineDraftMutation = { discardPipelineDraft:
    | { __typename: 'Pipeline', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type SetPipelineLayoutMutationVariables = Exact<{
  input: SetPipelineLayoutInput;
}>;


export type SetPipelineLayoutMutation = { setPipelineLayout:
    | { __typename: 'Pipeline', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type DeletePipelineMutationVariables = Exact<{
  id: string;
}>;


export type DeletePipelineMutation = { deletePipeline:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type PipelineStepsQueryVariables = Exact<{
  id: string;
}>;


export type PipelineStepsQuery = { pipeline: { id: string, runs: { nodes: Array<{ id: string, steps: Array<{ id: string, name: string, state: StepState, itemCount: number | null }> }> } } | null };

export type StepFilesQueryVariables = Exact<{
  id: string;
}>;


export type StepFilesQuery = { step: { id: string, itemCount: number | null, artifacts: Array<{ id: string, path: string }>, items: Array<{ id: string, item: number | null, artifacts: Array<{ id: string, path: string }> }> } | null };

export type CheckPipelineQueryVariables = Exact<{
  project: string;
  definition?: unknown;
  yaml?: string | null | undefined;
}>;


export type CheckPipelineQuery = { checkPipeline: { faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> } };

export type ProjectsQueryVariables = Exact<{
  after?: string | null | undefined;
  archived: boolean;
}>;


export type ProjectsQuery = { projects: { nodes: Array<{ id: string, name: string, description: string, cluster: string, createdAt: string, viewerRole: Role, members: Array<{ role: Role, user: { id: string, name: string } }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ProjectQueryVariables = Exact<{
  key: string;
}>;


export type ProjectQuery = { clusters: Array<{ name: string, kind: string }>, project: { id: string, name: string, description: string, cluster: string, clusters: Array<string>, placement: Placement, nodeGroup: string | null, createdAt: string, archivedAt: string | null, viewerRole: Role, viewerCanManage: boolean, viewerCanRestore: boolean, namespaces: { run: string | null, build: string | null, notebook: string | null, service: string | null }, members: Array<{ role: Role, user: { id: string, name: string, email: string | null } }>, groups: Array<{ role: Role, group: { id: string, name: string, description: string } }>, invitations: Array<{ id: string, role: Role, email: string | null, createdAt: string, expiresAt: string, author: { id: string, name: string } }> } | null };

export type ProjectContentsQueryVariables = Exact<{
  key: string;
}>;


export type ProjectContentsQuery = { projectContents: { running: Array<string>, counts: Array<{ kind: string, count: number }> } };

export type ArchiveProjectMutationVariables = Exact<{
  id: string;
}>;


export type ArchiveProjectMutation = { archiveProject:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Project', id: string }
   };

export type RestoreProjectMutationVariables = Exact<{
  id: string;
}>;


export type RestoreProjectMutation = { restoreProject:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Project', id: string }
   };

export type DeleteProjectMutationVariables = Exact<{
  id: string;
  name: string;
}>;


export type DeleteProjectMutation = { deleteProject:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type CreateProjectMutationVariables = Exact<{
  name: string;
  description: string;
}>;


export type CreateProjectMutation = { createProject:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Project', id: string, name: string }
   };

export type UpdateProjectMutationVariables = Exact<{
  id: string;
  description?: string | null | undefined;
  name?: string | null | undefined;
  cluster?: string | null | undefined;
  clusters?: Array<string> | string | null | undefined;
  placement?: Placement | null | undefined;
  namespaces?: ProjectNamespacesInput | null | undefined;
  nodeGroup?: string | null | undefined;
}>;


export type UpdateProjectMutation = { updateProject:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Project', id: string, name: string }
   };

export type SetMemberMutationVariables = Exact<{
  project: string;
  user: string;
  role: Role;
}>;


export type SetMemberMutation = { setMember:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Project', id: string }
   };

export type RemoveMemberMutationVariables = Exact<{
  project: string;
  user: string;
}>;


export type RemoveMemberMutation = { removeMember:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Project', id: string }
   };

export type SecretsQueryVariables = Exact<{
  key: string;
}>;


export type SecretsQuery = { project: { id: string, viewerCanMaintain: boolean, secrets: Array<{ id: string, name: string, description: string, changedAt: string, usedBy: Array<string>, changedBy: { id: string, name: string } }> } | null };

export type SaveSecretMutationVariables = Exact<{
  project: string;
  name: string;
  value?: string | null | undefined;
  description?: string | null | undefined;
}>;


export type SaveSecretMutation = { saveSecret:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Secret', id: string }
   };

export type DeleteSecretMutationVariables = Exact<{
  project: string;
  name: string;
  force: boolean;
}>;


export type DeleteSecretMutation = { deleteSecret:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type ProjectInvitationQueryVariables = Exact<{
  secret: string;
}>;


export type ProjectInvitationQuery = { projectInvitation: { project: string, role: Role, author: string, email: string | null, expiresAt: string, accepted: boolean, signsUp: boolean } };

export type InviteToProjectMutationVariables = Exact<{
  project: string;
  role: Role;
  email?: string | null | undefined;
  days: number;
}>;


export type InviteToProjectMutation = { inviteToProject:
    | { __typename: 'NewProjectInvitation', id: string, url: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type WithdrawInvitationMutationVariables = Exact<{
  id: string;
}>;


export type WithdrawInvitationMutation = { revokeInvitation:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type AcceptInvitationMutationVariables = Exact<{
  secret: string;
}>;


export type AcceptInvitationMutation = { acceptInvitation:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Project', id: string, name: string }
   };

export type AmountWholeFragment = { cpu: number | null, memory: number | null, gpu: number | null, pods: number | null, notebooks: number | null, storage: number | null, gpusByType: Array<{ type: string, count: number }> };

export type ProjectQuotaQueryVariables = Exact<{
  key: string;
}>;


export type ProjectQuotaQuery = { viewer: { id: string, admin: boolean } | null, project: { id: string, name: string, quota: { own: boolean, queue: boolean, limits: { cpu: number | null, memory: number | null, gpu: number | null, pods: number | null, notebooks: number | null, storage: number | null, gpusByType: Array<{ type: string, count: number }> }, used: { cpu: number | null, memory: number | null, gpu: number | null, pods: number | null, notebooks: number | null, storage: number | null, gpusByType: Array<{ type: string, count: number }> }, holders: Array<{ kind: string, ownerId: string, waits: boolean, at: string, amount: { cpu: number | null, memory: number | null, gpu: number | null, pods: number | null, notebooks: number | null, storage: number | null, gpusByType: Array<{ type: string, count: number }> }, user: { id: string, name: string } }> } } | null };

export type QuotasQueryVariables = Exact<{ [key: string]: never; }>;


export type QuotasQuery = { quotas: Array<{ scope: QuotaScope, queue: boolean, changedAt: string, project: string | null, user: string | null, limits: { cpu: number | null, memory: number | null, gpu: number | null, pods: number | null, notebooks: number | null, storage: number | null, gpusByType: Array<{ type: string, count: number }> } }> };

export type SetQuotaMutationVariables = Exact<{
  target: QuotaTargetInput;
  limits: QuotaLimitsInput;
  queue: boolean;
}>;


export type SetQuotaMutation = { setQuota:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Quota', own: boolean }
   };

export type StepRowFragment = { id: string, name: string, item: number | null, state: StepState, attempt: number, reason: string | null, explanation: string | null, value: unknown, itemCount: number | null, outputs: unknown, needs: Array<string>, cacheReason: string | null, startedAt: string | null, finishedAt: string | null, podId: string | null };

export type RunWholeFragment = { params: unknown, id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, skippedClusters: Array<{ cluster: string, reason: string }>, expectedEnd: { median: string, p90: string } | null, version: { id: string, number: number }, steps: Array<{ id: string, name: string, item: number | null, state: StepState, attempt: number, reason: string | null, explanation: string | null, value: unknown, itemCount: number | null, outputs: unknown, needs: Array<string>, cacheReason: string | null, startedAt: string | null, finishedAt: string | null, podId: string | null }>, counts: Array<{ state: StepState, count: number }>, pipeline: { id: string, name: string }, author: { id: string, name: string } };

export type RunQueryVariables = Exact<{
  id: string;
}>;


export type RunQuery = { run: { params: unknown, id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, pipeline: { id: string, name: string, latest: number, stepDurations: Array<{ step: string, medianSeconds: number }>, layout: Array<{ step: string, x: number, y: number }>, project: { id: string, name: string, clusters: Array<string> } }, skippedClusters: Array<{ cluster: string, reason: string }>, expectedEnd: { median: string, p90: string } | null, version: { id: string, number: number }, steps: Array<{ id: string, name: string, item: number | null, state: StepState, attempt: number, reason: string | null, explanation: string | null, value: unknown, itemCount: number | null, outputs: unknown, needs: Array<string>, cacheReason: string | null, startedAt: string | null, finishedAt: string | null, podId: string | null }>, counts: Array<{ state: StepState, count: number }>, author: { id: string, name: string } } | null };

export type RunChangedSubscriptionVariables = Exact<{
  id: string;
  since?: string | null | undefined;
}>;


export type RunChangedSubscription = { runChanged: { cursor: string, run: { params: unknown, id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, skippedClusters: Array<{ cluster: string, reason: string }>, expectedEnd: { median: string, p90: string } | null, version: { id: string, number: number }, steps: Array<{ id: string, name: string, item: number | null, state: StepState, attempt: number, reason: string | null, explanation: string | null, value: unknown, itemCount: number | null, outputs: unknown, needs: Array<string>, cacheReason: string | null, startedAt: string | null, finishedAt: string | null, podId: string | null }>, counts: Array<{ state: StepState, count: number }>, pipeline: { id: string, name: string }, author: { id: string, name: string } } } };

export type PodRowFragment = { id: string, attempt: number, item: number | null, role: string | null, rank: number | null, state: PodState, reason: string | null, explanation: string | null, machine: string | null, runtime: string, cpu: number, memory: number, gpus: Array<number>, createdAt: string | null, startedAt: string | null, finishedAt: string | null, exitCode: number | null, signal: number | null, cpuSeconds: number | null, peakCpu: number | null, peakMemory: number | null, logSize: number, logDone: boolean };

export type StepWholeQueryVariables = Exact<{
  id: string;
}>;


export type StepWholeQuery = { step: { mlflow: unknown, warnings: Array<string>, omittedFiles: Array<string>, id: string, name: string, item: number | null, state: StepState, attempt: number, reason: string | null, explanation: string | null, value: unknown, itemCount: number | null, outputs: unknown, needs: Array<string>, cacheReason: string | null, startedAt: string | null, finishedAt: string | null, podId: string | null, cachedFrom: { id: string, runId: string, name: string, item: number | null } | null, pods: Array<{ id: string, attempt: number, item: number | null, role: string | null, rank: number | null, state: PodState, reason: string | null, explanation: string | null, machine: string | null, runtime: string, cpu: number, memory: number, gpus: Array<number>, createdAt: string | null, startedAt: string | null, finishedAt: string | null, exitCode: number | null, signal: number | null, cpuSeconds: number | null, peakCpu: number | null, peakMemory: number | null, logSize: number, logDone: boolean }>, artifacts: Array<{ id: string, path: string, size: number, sha256: string, mediaType: string, url: string }> } | null };

export type StepInvocationQueryVariables = Exact<{
  id: string;
}>;


export type StepInvocationQuery = { step: { id: string, invocation: unknown } | null };

export type StepFanQueryVariables = Exact<{
  id: string;
  after: number;
}>;


export type StepFanQuery = { step: { id: string, items: Array<{ id: string, name: string, item: number | null, state: StepState, attempt: number, reason: string | null, explanation: string | null, value: unknown, itemCount: number | null, outputs: unknown, needs: Array<string>, cacheReason: string | null, startedAt: string | null, finishedAt: string | null, podId: string | null }> } | null };

export type StepFanUseQueryVariables = Exact<{
  id: string;
  after: number;
}>;


export type StepFanUseQuery = { step: { id: string, items: Array<{ id: string, item: number | null, state: StepState, pod: { id: string, cpu: number, memory: number, cpuSeconds: number | null, peakCpu: number | null, peakMemory: number | null } | null }> } | null };

export type PodUsageQueryVariables = Exact<{
  id: string;
}>;


export type PodUsageQuery = { pod: { id: string, usage: unknown, memory: number, cpu: number } | null };

export type PodEventsQueryVariables = Exact<{
  id: string;
}>;


export type PodEventsQuery = { pod: { id: string, manifest: unknown, events: Array<{ at: string | null, bad: boolean, reason: string, explanation: string, count: number }> } | null };

export type PodUsedSubscriptionVariables = Exact<{
  id: string;
}>;


export type PodUsedSubscription = { podUsed: unknown };

export type PodChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type PodChangedSubscription = { podChanged: { usage: unknown, id: string, attempt: number, item: number | null, role: string | null, rank: number | null, state: PodState, reason: string | null, explanation: string | null, machine: string | null, runtime: string, cpu: number, memory: number, gpus: Array<number>, createdAt: string | null, startedAt: string | null, finishedAt: string | null, exitCode: number | null, signal: number | null, cpuSeconds: number | null, peakCpu: number | null, peakMemory: number | null, logSize: number, logDone: boolean } };

export type RunMetricsQueryVariables = Exact<{
  id: string;
  step?: string | null | undefined;
  item?: number | null | undefined;
  names?: Array<string> | string | null | undefined;
  from?: number | null | undefined;
  to?: number | null | undefined;
  points: number;
}>;


export type RunMetricsQuery = { run: { id: string, metrics: Array<{ step: string, item: number | null, name: string, count: number, low: number, high: number, last: unknown, points: unknown, exact: boolean }> } | null };

export type PodLogIndexQueryVariables = Exact<{
  id: string;
}>;


export type PodLogIndexQuery = { pod: { id: string, logIndex: unknown, logDone: boolean } | null };

export type LogPartQueryVariables = Exact<{
  pod: string;
  since: number;
  first: number;
}>;


export type LogPartQuery = { log: { start: number, cursor: number, text: string, stamps: unknown, done: boolean } | null };

export type LogSearchQueryVariables = Exact<{
  id: string;
  text: string;
}>;


export type LogSearchQuery = { pod: { id: string, logSearch: unknown } | null };

export type LogErrorsQueryVariables = Exact<{
  id: string;
}>;


export type LogErrorsQuery = { pod: { id: string, logSearch: unknown } | null };

export type LogsSubscriptionVariables = Exact<{
  pod: string;
  since: number;
}>;


export type LogsSubscription = { logs: { start: number, cursor: number, text: string, stamps: unknown, done: boolean } };

export type RunUsageSubscriptionVariables = Exact<{
  id: string;
}>;


export type RunUsageSubscription = { runUsage: { pods: unknown } };

export type CreateNotebookFromStepMutationVariables = Exact<{
  run: string;
  step: string;
  item?: number | null | undefined;
}>;


export type CreateNotebookFromStepMutation = { createNotebookFromStep:
    | { __typename: 'Notebook', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type RunRowFragment = { id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, counts: Array<{ state: StepState, count: number }>, pipeline: { id: string, name: string }, author: { id: string, name: string } };

export type RunsQueryVariables = Exact<{
  project?: string | null | undefined;
  pipeline?: string | null | undefined;
  states?: Array<RunState> | RunState | null | undefined;
  author?: string | null | undefined;
  search: string;
  since?: string | null | undefined;
  until?: string | null | undefined;
  params?: unknown;
  after?: string | null | undefined;
}>;


export type RunsQuery = { runs: { nodes: Array<{ params: unknown, id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, pipeline: { id: string, name: string, project: { id: string, name: string } }, counts: Array<{ state: StepState, count: number }>, author: { id: string, name: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type CancelRunMutationVariables = Exact<{
  id: string;
}>;


export type CancelRunMutation = { cancelRun:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Run', id: string, number: number, state: RunState, reason: string | null, explanation: string | null, cluster: string, placed: boolean, priority: number, packedStepStates: unknown, createdAt: string, startedAt: string | null, finishedAt: string | null, projectId: string, pipelineId: string, retryOf: string | null, viewerCanCancel: boolean, viewerCanRetry: boolean, viewerCanDelete: boolean, viewerCanPin: boolean, pinned: boolean, counts: Array<{ state: StepState, count: number }>, pipeline: { id: string, name: string }, author: { id: string, name: string } }
   };

export type SetRunPinnedMutationVariables = Exact<{
  id: string;
  pinned: boolean;
}>;


export type SetRunPinnedMutation = { setRunPinned:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Run', id: string }
   };

export type DeleteRunsMutationVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DeleteRunsMutation = { deleteRuns:
    | { __typename: 'DeletedRuns', ids: Array<string>, deletedBytes: number, faults: Array<{ path: Array<string>, reason: string, message: string }> }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type RetryRunMutationVariables = Exact<{
  id: string;
  cluster?: string | null | undefined;
}>;


export type RetryRunMutation = { retryRun:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Run', id: string, number: number }
   };

export type MoveRunMutationVariables = Exact<{
  id: string;
  cluster: string;
}>;


export type MoveRunMutation = { moveRun:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Run', id: string, number: number }
   };

export type ContinueRunMutationVariables = Exact<{
  id: string;
  cluster?: string | null | undefined;
}>;


export type ContinueRunMutation = { continueRun:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Run', id: string, number: number }
   };

export type PreflightRunQueryVariables = Exact<{
  pipeline: string;
  params?: unknown;
  version?: number | null | undefined;
  cache: boolean;
  cluster?: string | null | undefined;
}>;


export type PreflightRunQuery = { preflightRun: { cluster: string, verdict: PreflightVerdict, explanation: string, problems: Array<string>, warnings: Array<string>, objects: unknown, digest: string, lastRunNumber: number | null, changes: Array<string>, skippedClusters: Array<{ cluster: string, reason: string }> } };

export type StartRunMutationVariables = Exact<{
  pipeline: string;
  params?: unknown;
  version?: number | null | undefined;
  cache: boolean;
  priority: number;
  cluster?: string | null | undefined;
  preflightDigest?: string | null | undefined;
}>;


export type StartRunMutation = { startRun:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Run', id: string, number: number }
   };

export type PlanRunQueryVariables = Exact<{
  pipeline: string;
  params?: unknown;
  run?: string | null | undefined;
}>;


export type PlanRunQuery = { planRun: Array<{ step: string, cached: boolean, reason: string, cpu: number, memory: number, gpu: number }> };

export type StartFormQueryVariables = Exact<{
  pipeline: string;
}>;


export type StartFormQuery = { pipeline: { id: string, name: string, latest: number, stepDurations: Array<{ step: string, medianSeconds: number }>, project: { id: string, name: string, cluster: string, clusters: Array<string>, placement: Placement }, version: { id: string, number: number, definition: unknown } | null, runs: { nodes: Array<{ id: string, params: unknown }> } } | null };

export type ChangedSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type ChangedSubscription = { changed: { cursor: string, kind: FoundKind, id: string } };

export type ScheduleRowFragment = { id: string, name: string, paused: boolean, nextAt: string | null, upcoming: Array<string>, viewerCanChange: boolean, spec: { cron: string, timezone: string, params: unknown, cluster: string | null, cache: boolean, catchUpPolicy: CatchUpPolicy, maxActiveRuns: number, concurrencyPolicy: ConcurrencyPolicy, startsAt: string | null, endsAt: string | null }, runAs: { id: string, name: string }, ticks: Array<{ at: string, state: ScheduleTickState, message: string | null, runId: string | null, runNumber: number | null, runState: RunState | null }> };

export type SchedulesQueryVariables = Exact<{
  pipeline: string;
}>;


export type SchedulesQuery = { schedules: { nodes: Array<{ id: string, name: string, paused: boolean, nextAt: string | null, upcoming: Array<string>, viewerCanChange: boolean, spec: { cron: string, timezone: string, params: unknown, cluster: string | null, cache: boolean, catchUpPolicy: CatchUpPolicy, maxActiveRuns: number, concurrencyPolicy: ConcurrencyPolicy, startsAt: string | null, endsAt: string | null }, runAs: { id: string, name: string }, ticks: Array<{ at: string, state: ScheduleTickState, message: string | null, runId: string | null, runNumber: number | null, runState: RunState | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } }, pipeline: { id: string, project: { id: string, cluster: string, clusters: Array<string> }, version: { id: string, definition: unknown } | null } | null };

export type PreviewScheduleQueryVariables = Exact<{
  spec: ScheduleSpecInput;
}>;


export type PreviewScheduleQuery = { previewSchedule: { upcoming: Array<string>, catchUpRuns: number } };

export type CreateScheduleMutationVariables = Exact<{
  input: CreateScheduleInput;
}>;


export type CreateScheduleMutation = { createSchedule:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Schedule', id: string, name: string, paused: boolean, nextAt: string | null, upcoming: Array<string>, viewerCanChange: boolean, spec: { cron: string, timezone: string, params: unknown, cluster: string | null, cache: boolean, catchUpPolicy: CatchUpPolicy, maxActiveRuns: number, concurrencyPolicy: ConcurrencyPolicy, startsAt: string | null, endsAt: string | null }, runAs: { id: string, name: string }, ticks: Array<{ at: string, state: ScheduleTickState, message: string | null, runId: string | null, runNumber: number | null, runState: RunState | null }> }
   };

export type UpdateScheduleMutationVariables = Exact<{
  input: UpdateScheduleInput;
}>;


export type UpdateScheduleMutation = { updateSchedule:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Schedule', id: string, name: string, paused: boolean, nextAt: string | null, upcoming: Array<string>, viewerCanChange: boolean, spec: { cron: string, timezone: string, params: unknown, cluster: string | null, cache: boolean, catchUpPolicy: CatchUpPolicy, maxActiveRuns: number, concurrencyPolicy: ConcurrencyPolicy, startsAt: string | null, endsAt: string | null }, runAs: { id: string, name: string }, ticks: Array<{ at: string, state: ScheduleTickState, message: string | null, runId: string | null, runNumber: number | null, runState: RunState | null }> }
   };

export type PauseScheduleMutationVariables = Exact<{
  id: string;
}>;


export type PauseScheduleMutation = { pauseSchedule:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Schedule', id: string, name: string, paused: boolean, nextAt: string | null, upcoming: Array<string>, viewerCanChange: boolean, spec: { cron: string, timezone: string, params: unknown, cluster: string | null, cache: boolean, catchUpPolicy: CatchUpPolicy, maxActiveRuns: number, concurrencyPolicy: ConcurrencyPolicy, startsAt: string | null, endsAt: string | null }, runAs: { id: string, name: string }, ticks: Array<{ at: string, state: ScheduleTickState, message: string | null, runId: string | null, runNumber: number | null, runState: RunState | null }> }
   };

export type ResumeScheduleMutationVariables = Exact<{
  id: string;
}>;


export type ResumeScheduleMutation = { resumeSchedule:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Schedule', id: string, name: string, paused: boolean, nextAt: string | null, upcoming: Array<string>, viewerCanChange: boolean, spec: { cron: string, timezone: string, params: unknown, cluster: string | null, cache: boolean, catchUpPolicy: CatchUpPolicy, maxActiveRuns: number, concurrencyPolicy: ConcurrencyPolicy, startsAt: string | null, endsAt: string | null }, runAs: { id: string, name: string }, ticks: Array<{ at: string, state: ScheduleTickState, message: string | null, runId: string | null, runNumber: number | null, runState: RunState | null }> }
   };

export type DeleteScheduleMutationVariables = Exact<{
  id: string;
}>;


export type DeleteScheduleMutation = { deleteSchedule:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type AllSchedulesQueryVariables = Exact<{
  project?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type AllSchedulesQuery = { schedules: { nodes: Array<{ id: string, name: string, paused: boolean, nextAt: string | null, upcoming: Array<string>, viewerCanChange: boolean, pipeline: { id: string, name: string, project: { id: string, name: string } }, spec: { cron: string, timezone: string, params: unknown, cluster: string | null, cache: boolean, catchUpPolicy: CatchUpPolicy, maxActiveRuns: number, concurrencyPolicy: ConcurrencyPolicy, startsAt: string | null, endsAt: string | null }, runAs: { id: string, name: string }, ticks: Array<{ at: string, state: ScheduleTickState, message: string | null, runId: string | null, runNumber: number | null, runState: RunState | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SearchSpecFieldsFragment = { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null };

export type SearchRowFragment = { id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } };

export type SearchesQueryVariables = Exact<{
  project?: string | null | undefined;
  search: string;
  after?: string | null | undefined;
}>;


export type SearchesQuery = { searches: { nodes: Array<{ id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type SearchQueryVariables = Exact<{
  id: string;
}>;


export type SearchQuery = { search: { trials: unknown, id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } } | null };

export type SearchDeepQueryVariables = Exact<{
  id: string;
}>;


export type SearchDeepQuery = { search: { id: string, parameterImportance: unknown, paretoFront: Array<number>, intermediateValues: unknown } | null };

export type CheckSearchQueryVariables = Exact<{
  spec: SearchSpecInput;
}>;


export type CheckSearchQuery = { checkSearch: { samplePoints: Array<unknown>, trialCount: number, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> } };

export type SearchFormQueryVariables = Exact<{
  pipeline: string;
}>;


export type SearchFormQuery = { pipeline: { id: string, name: string, latest: number, project: { id: string, name: string, cluster: string, clusters: Array<string> }, version: { id: string, number: number, definition: unknown } | null } | null };

export type SearchPipelinesQueryVariables = Exact<{
  project: string;
}>;


export type SearchPipelinesQuery = { project: { id: string, viewerCanRun: boolean, pipelines: { nodes: Array<{ id: string, name: string, latest: number }> } } | null };

export type CreateSearchMutationVariables = Exact<{
  input: CreateSearchInput;
}>;


export type CreateSearchMutation = { createSearch:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Search', id: string }
   };

export type PauseSearchMutationVariables = Exact<{
  id: string;
}>;


export type PauseSearchMutation = { pauseSearch:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Search', id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } }
   };

export type ResumeSearchMutationVariables = Exact<{
  id: string;
}>;


export type ResumeSearchMutation = { resumeSearch:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Search', id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } }
   };

export type StopSearchMutationVariables = Exact<{
  id: string;
}>;


export type StopSearchMutation = { stopSearch:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Search', id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } }
   };

export type ExtendSearchMutationVariables = Exact<{
  id: string;
  trials: number;
  parallelism?: number | null | undefined;
}>;


export type ExtendSearchMutation = { extendSearch:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Search', id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } }
   };

export type StopTrialsMutationVariables = Exact<{
  id: string;
  numbers: Array<number> | number;
}>;


export type StopTrialsMutation = { stopTrials:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Search', id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } }
   };

export type DeleteSearchMutationVariables = Exact<{
  id: string;
}>;


export type DeleteSearchMutation = { deleteSearch:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type SearchChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type SearchChangedSubscription = { searchChanged: { cursor: string, id: string, search: { trials: unknown, id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } } | null } };

export type BestFilesQueryVariables = Exact<{
  run: string;
}>;


export type BestFilesQuery = { run: { id: string, steps: Array<{ id: string, name: string, item: number | null, artifacts: Array<{ path: string, size: number }> }> } | null };

export type SearchEnginesQueryVariables = Exact<{ [key: string]: never; }>;


export type SearchEnginesQuery = { searchEngines: Array<{ name: SearchEngineName, title: string, algorithms: Array<string>, requiresKubernetes: boolean }> };

export type RetryTrialsMutationVariables = Exact<{
  id: string;
  numbers: Array<number> | number;
}>;


export type RetryTrialsMutation = { retryTrials:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Search', id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } }
   };

export type ExploreAroundTrialsMutationVariables = Exact<{
  id: string;
  numbers: Array<number> | number;
  count: number;
}>;


export type ExploreAroundTrialsMutation = { exploreAroundTrials:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Search', id: string, name: string, state: SearchState, explanation: string | null, cluster: string, createdAt: string, endedAt: string | null, engineRunId: string | null, pipelineVersion: number, pipelineId: string, pipelineName: string, viewerCanUpdate: boolean, counts: Array<{ state: TrialState, count: number }>, bestTrial: { number: number, runId: string, params: unknown, value: number } | null, spec: { trials: number, parallelism: number, objectives: Array<{ metric: string, direction: OptimizationDirection, goal: number | null }>, parameters: Array<{ name: string, distribution: { float: { low: number, high: number, log: boolean } | null, int: { low: number, high: number, log: boolean } | null, categorical: { choices: Array<unknown> } | null } }>, sampler: { name: SamplerName }, engine: { name: SearchEngineName, algorithm: string } | null, pruner: { name: PrunerName } | null }, author: { id: string, name: string }, project: { id: string, name: string } }
   };

export type RevisionRowFragment = { id: string, number: number, state: ServiceRevisionState, reason: string | null, explanation: string | null, desiredReplicas: number, readyReplicas: number, createdAt: string, requestedAt: string | null, readyAt: string | null, restarted: { at: string | null, reason: string, explanation: string } | null, spec: { kind: ServiceKind, projectSecrets: Array<string>, volumes: Array<string>, replicas: number, maxReplicas: number | null, scaleMetric: ScaleMetric, targetValue: number, script: string | null, command: string | null, readyPath: string | null, timeoutSeconds: number, idleTimeoutSeconds: number, nonFinite: NonFinite, resources: { cpu: number, memory: number, gpu: number, gpuType: string, gpuShare: string, devices: Array<{ name: string, count: number }>, claims: Array<{ name: string, count: number }> }, environment: { requirements: Array<string>, image: string | null, root: boolean }, env: Array<{ name: string, value: string }>, secrets: Array<{ name: string }>, schedules: Array<{ cron: string, timezone: string, replicas: number }> }, model: { id: string, modelId: string, name: string, number: number, signature: { example: Array<unknown> } | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, author: { id: string, name: string } };

export type ServiceRowFragment = { id: string, name: string, description: string, cluster: string, access: ServiceAccess, enabled: boolean, state: ServiceState, latestRevision: number, createdAt: string, viewerCanChange: boolean, traffic: Array<{ revision: number, weight: number }>, project: { id: string, name: string }, revisions: Array<{ id: string, number: number, state: ServiceRevisionState, spec: { kind: ServiceKind }, model: { name: string, number: number } | null }> };

export type ServiceWholeFragment = { id: string, name: string, description: string, cluster: string, access: ServiceAccess, enabled: boolean, state: ServiceState, mirror: number | null, latestRevision: number, createdAt: string, url: string, viewerCanChange: boolean, traffic: Array<{ revision: number, weight: number }>, rollout: { revision: number, kind: RolloutKind, steps: Array<number>, step: number, state: RolloutState, verdicts: Array<{ gate: RolloutGate, verdict: RolloutVerdict, count: number, total: number, share: number | null, baseline: number | null, thresholdSeconds: number | null }>, events: Array<{ at: string, message: string }> } | null, project: { id: string, name: string }, author: { id: string, name: string }, keys: Array<{ id: string, name: string, suffix: string, requestsPerMinute: number | null, tokensPerMinute: number | null, createdAt: string, usage: Array<{ requests: number, failed: number, rejected: number, tokens: number }>, author: { id: string, name: string } }>, revisions: Array<{ id: string, number: number, state: ServiceRevisionState, reason: string | null, explanation: string | null, desiredReplicas: number, readyReplicas: number, createdAt: string, requestedAt: string | null, readyAt: string | null, restarted: { at: string | null, reason: string, explanation: string } | null, spec: { kind: ServiceKind, projectSecrets: Array<string>, volumes: Array<string>, replicas: number, maxReplicas: number | null, scaleMetric: ScaleMetric, targetValue: number, script: string | null, command: string | null, readyPath: string | null, timeoutSeconds: number, idleTimeoutSeconds: number, nonFinite: NonFinite, resources: { cpu: number, memory: number, gpu: number, gpuType: string, gpuShare: string, devices: Array<{ name: string, count: number }>, claims: Array<{ name: string, count: number }> }, environment: { requirements: Array<string>, image: string | null, root: boolean }, env: Array<{ name: string, value: string }>, secrets: Array<{ name: string }>, schedules: Array<{ cron: string, timezone: string, replicas: number }> }, model: { id: string, modelId: string, name: string, number: number, signature: { example: Array<unknown> } | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, author: { id: string, name: string } }> };

export type ServicesQueryVariables = Exact<{
  project?: string | null | undefined;
  search: string;
  after?: string | null | undefined;
}>;


export type ServicesQuery = { services: { nodes: Array<{ id: string, name: string, description: string, cluster: string, access: ServiceAccess, enabled: boolean, state: ServiceState, latestRevision: number, createdAt: string, viewerCanChange: boolean, traffic: Array<{ revision: number, weight: number }>, project: { id: string, name: string }, revisions: Array<{ id: string, number: number, state: ServiceRevisionState, spec: { kind: ServiceKind }, model: { name: string, number: number } | null }> }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type ServiceQueryVariables = Exact<{
  id: string;
}>;


export type ServiceQuery = { service: { id: string, name: string, description: string, cluster: string, access: ServiceAccess, enabled: boolean, state: ServiceState, mirror: number | null, latestRevision: number, createdAt: string, url: string, viewerCanChange: boolean, traffic: Array<{ revision: number, weight: number }>, rollout: { revision: number, kind: RolloutKind, steps: Array<number>, step: number, state: RolloutState, verdicts: Array<{ gate: RolloutGate, verdict: RolloutVerdict, count: number, total: number, share: number | null, baseline: number | null, thresholdSeconds: number | null }>, events: Array<{ at: string, message: string }> } | null, project: { id: string, name: string }, author: { id: string, name: string }, keys: Array<{ id: string, name: string, suffix: string, requestsPerMinute: number | null, tokensPerMinute: number | null, createdAt: string, usage: Array<{ requests: number, failed: number, rejected: number, tokens: number }>, author: { id: string, name: string } }>, revisions: Array<{ id: string, number: number, state: ServiceRevisionState, reason: string | null, explanation: string | null, desiredReplicas: number, readyReplicas: number, createdAt: string, requestedAt: string | null, readyAt: string | null, restarted: { at: string | null, reason: string, explanation: string } | null, spec: { kind: ServiceKind, projectSecrets: Array<string>, volumes: Array<string>, replicas: number, maxReplicas: number | null, scaleMetric: ScaleMetric, targetValue: number, script: string | null, command: string | null, readyPath: string | null, timeoutSeconds: number, idleTimeoutSeconds: number, nonFinite: NonFinite, resources: { cpu: number, memory: number, gpu: number, gpuType: string, gpuShare: string, devices: Array<{ name: string, count: number }>, claims: Array<{ name: string, count: number }> }, environment: { requirements: Array<string>, image: string | null, root: boolean }, env: Array<{ name: string, value: string }>, secrets: Array<{ name: string }>, schedules: Array<{ cron: string, timezone: string, replicas: number }> }, model: { id: string, modelId: string, name: string, number: number, signature: { example: Array<unknown> } | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, author: { id: string, name: string } }> } | null };

export type ServiceMetricsQueryVariables = Exact<{
  id: string;
  minutes: number;
}>;


export type ServiceMetricsQuery = { service: { id: string, metrics: { intervalSeconds: number, revisions: Array<{ revision: number, points: unknown }> } } | null };

export type ServicePodsQueryVariables = Exact<{
  id: string;
}>;


export type ServicePodsQuery = { service: { id: string, replicas: Array<{ revision: number, pod: { id: string, attempt: number, item: number | null, role: string | null, rank: number | null, state: PodState, reason: string | null, explanation: string | null, machine: string | null, runtime: string, cpu: number, memory: number, gpus: Array<number>, createdAt: string | null, startedAt: string | null, finishedAt: string | null, exitCode: number | null, signal: number | null, cpuSeconds: number | null, peakCpu: number | null, peakMemory: number | null, logSize: number, logDone: boolean } }> } | null };

export type ServiceKindsQueryVariables = Exact<{
  cluster?: string | null | undefined;
}>;


export type ServiceKindsQuery = { serviceKinds: Array<{ kind: ServiceKind, title: string, description: string, requiresModel: boolean, image: string | null, frameworks: Array<ModelFramework>, unavailableReason: string | null }> };

export type ServicePlacesQueryVariables = Exact<{
  key: string;
}>;


export type ServicePlacesQuery = { clusters: Array<{ name: string, kind: string }>, project: { id: string, name: string, cluster: string, clusters: Array<string>, viewerCanRun: boolean } | null, models: { nodes: Array<{ id: string, name: string, aliases: Array<{ name: string, number: number }>, versions: Array<{ id: string, number: number, framework: ModelFramework }> }> } };

export type ServicePreflightQueryVariables = Exact<{
  project: string;
  spec: ServiceSpecInput;
  model?: string | null | undefined;
  cluster?: string | null | undefined;
}>;


export type ServicePreflightQuery = { preflightService: { verdict: PreflightVerdict, explanation: string, problems: Array<string>, warnings: Array<string> } };

export type CreateServiceMutationVariables = Exact<{
  input: CreateServiceInput;
}>;


export type CreateServiceMutation = { createService:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Service', id: string, name: string }
   };

export type DeployServiceMutationVariables = Exact<{
  input: DeployServiceInput;
}>;


export type DeployServiceMutation = { deployService:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Service', id: string, latestRevision: number }
   };

export type ActivateRevisionMutationVariables = Exact<{
  id: string;
  number: number;
  strategy?: RolloutStrategyInput | null | undefined;
  force: boolean;
}>;


export type ActivateRevisionMutation = { activateRevision:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Service', id: string }
   };

export type SetTrafficMutationVariables = Exact<{
  id: string;
  traffic: Array<TrafficWeightInput> | TrafficWeightInput;
  mirror?: number | null | undefined;
  force: boolean;
}>;


export type SetTrafficMutation = { setTraffic:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Service', id: string }
   };

export type AbortRolloutMutationVariables = Exact<{
  id: string;
}>;


export type AbortRolloutMutation = { abortRollout:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Service', id: string }
   };

export type StartServiceMutationVariables = Exact<{
  id: string;
}>;


export type StartServiceMutation = { startService:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Service', id: string }
   };

export type StopServiceMutationVariables = Exact<{
  id: string;
}>;


export type StopServiceMutation = { stopService:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Service', id: string }
   };

export type UpdateServiceMutationVariables = Exact<{
  input: UpdateServiceInput;
}>;


export type UpdateServiceMutation = { updateService:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Service', id: string }
   };

export type DeleteServiceMutationVariables = Exact<{
  id: string;
}>;


export type DeleteServiceMutation = { deleteService:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type CreateServiceKeyMutationVariables = Exact<{
  input: CreateServiceKeyInput;
}>;


export type CreateServiceKeyMutation = { createServiceKey:
    | { __typename: 'NewServiceKey', id: string, secret: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type RevokeServiceKeyMutationVariables = Exact<{
  id: string;
}>;


export type RevokeServiceKeyMutation = { revokeServiceKey:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Service', id: string }
   };

export type OpenServiceMutationVariables = Exact<{
  id: string;
}>;


export type OpenServiceMutation = { openService:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'ServiceLink', url: string }
   };

export type InvokeServiceMutationVariables = Exact<{
  id: string;
  path: string;
  method: HttpMethod;
  body: string;
  revision?: number | null | undefined;
}>;


export type InvokeServiceMutation = { invokeService: { status: number, body: string, durationSeconds: number, revision: number } };

export type ServiceChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type ServiceChangedSubscription = { serviceChanged: { cursor: string, id: string, service: { id: string, name: string, description: string, cluster: string, access: ServiceAccess, enabled: boolean, state: ServiceState, mirror: number | null, latestRevision: number, createdAt: string, url: string, viewerCanChange: boolean, traffic: Array<{ revision: number, weight: number }>, rollout: { revision: number, kind: RolloutKind, steps: Array<number>, step: number, state: RolloutState, verdicts: Array<{ gate: RolloutGate, verdict: RolloutVerdict, count: number, total: number, share: number | null, baseline: number | null, thresholdSeconds: number | null }>, events: Array<{ at: string, message: string }> } | null, project: { id: string, name: string }, author: { id: string, name: string }, keys: Array<{ id: string, name: string, suffix: string, requestsPerMinute: number | null, tokensPerMinute: number | null, createdAt: string, usage: Array<{ requests: number, failed: number, rejected: number, tokens: number }>, author: { id: string, name: string } }>, revisions: Array<{ id: string, number: number, state: ServiceRevisionState, reason: string | null, explanation: string | null, desiredReplicas: number, readyReplicas: number, createdAt: string, requestedAt: string | null, readyAt: string | null, restarted: { at: string | null, reason: string, explanation: string } | null, spec: { kind: ServiceKind, projectSecrets: Array<string>, volumes: Array<string>, replicas: number, maxReplicas: number | null, scaleMetric: ScaleMetric, targetValue: number, script: string | null, command: string | null, readyPath: string | null, timeoutSeconds: number, idleTimeoutSeconds: number, nonFinite: NonFinite, resources: { cpu: number, memory: number, gpu: number, gpuType: string, gpuShare: string, devices: Array<{ name: string, count: number }>, claims: Array<{ name: string, count: number }> }, environment: { requirements: Array<string>, image: string | null, root: boolean }, env: Array<{ name: string, value: string }>, secrets: Array<{ name: string }>, schedules: Array<{ cron: string, timezone: string, replicas: number }> }, model: { id: string, modelId: string, name: string, number: number, signature: { example: Array<unknown> } | null } | null, stages: Array<{ name: StartStageName, at: string | null }>, author: { id: string, name: string } }> } | null } };

export type ServiceRequestsQueryVariables = Exact<{
  id: string;
  outcome?: ServiceOutcome | null | undefined;
  caller: string;
  after?: string | null | undefined;
}>;


export type ServiceRequestsQuery = { service: { id: string, requests: { nodes: Array<{ id: string, at: string, revision: number | null, caller: string, method: string, path: string, status: number, outcome: ServiceOutcome, latencySeconds: number, size: number, tokens: number | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type ServiceRequestsChangedSubscriptionVariables = Exact<{
  id: string;
}>;


export type ServiceRequestsChangedSubscription = { serviceRequestsChanged: { cursor: string } };

export type TemplatesQueryVariables = Exact<{
  project?: string | null | undefined;
}>;


export type TemplatesQuery = { templates: Array<{ id: string, name: string, category: string, title: string, description: string, latest: number, builtin: boolean, versions: Array<{ number: number, body: unknown }> }> };

export type AllTemplatesQueryVariables = Exact<{
  project?: string | null | undefined;
}>;


export type AllTemplatesQuery = { templates: Array<{ id: string, name: string, category: string, title: string, description: string, latest: number, builtin: boolean, project: { id: string, name: string } | null }> };

export type TemplateQueryVariables = Exact<{
  id: string;
}>;


export type TemplateQuery = { template: { id: string, name: string, category: string, title: string, description: string, latest: number, builtin: boolean, statistics: { endedCount: number, succeededCount: number, medianSeconds: number | null }, usedBy: Array<{ id: string, name: string, project: { id: string, name: string } }>, versions: Array<{ number: number, createdAt: string, body: unknown }> } | null };

export type SaveTemplateMutationVariables = Exact<{
  project: string;
  yaml: string;
}>;


export type SaveTemplateMutation = { saveTemplate:
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
    | { __typename: 'Template', id: string, name: string, latest: number }
   };

export type TokensQueryVariables = Exact<{ [key: string]: never; }>;


export type TokensQuery = { tokens: Array<{ id: string, name: string, ending: string, createdAt: string, expiresAt: string | null, usedAt: string | null, revokedAt: string | null, scope: TokenScope, projectId: string | null }> };

export type CreateTokenMutationVariables = Exact<{
  name: string;
  days?: number | null | undefined;
  scope: TokenScope;
  project?: string | null | undefined;
}>;


export type CreateTokenMutation = { createToken:
    | { __typename: 'NewToken', id: string, secret: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export type RevokeTokenMutationVariables = Exact<{
  id: string;
}>;


export type RevokeTokenMutation = { revokeToken:
    | { __typename: 'Done', id: string }
    | { __typename: 'Problem', code: ProblemCode, message: string, hint: string | null, params: unknown, problemReason: string, problemPath: Array<string>, faults: Array<{ code: ProblemCode, reason: string, message: string, path: Array<string>, hint: string | null, params: unknown }> }
   };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const FaultFieldsFragmentDoc = new TypedDocumentString(`
    fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
    `, {"fragmentName":"FaultFields"}) as unknown as TypedDocumentString<FaultFieldsFragment, unknown>;
export const ProblemFieldsFragmentDoc = new TypedDocumentString(`
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
    fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`, {"fragmentName":"ProblemFields"}) as unknown as TypedDocumentString<ProblemFieldsFragment, unknown>;
export const RunRowFragmentDoc = new TypedDocumentString(`
    fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}
    `, {"fragmentName":"RunRow"}) as unknown as TypedDocumentString<RunRowFragment, unknown>;
export const StepRowFragmentDoc = new TypedDocumentString(`
    fragment StepRow on Step {
  id
  name
  item
  state
  attempt
  reason
  explanation
  value
  itemCount
  outputs
  needs
  cacheReason
  startedAt
  finishedAt
  podId
}
    `, {"fragmentName":"StepRow"}) as unknown as TypedDocumentString<StepRowFragment, unknown>;
export const RunComparedFragmentDoc = new TypedDocumentString(`
    fragment RunCompared on Run {
  ...RunRow
  params
  metrics(points: 400) {
    step
    item
    name
    last
    points
  }
  version {
    id
    number
    yaml
    definition
  }
  steps {
    ...StepRow
    artifacts {
      id
      path
      sha256
      size
    }
  }
  pods {
    id
    step
    item
    attempt
    runtime
    machine
    cpu
    memory
    peakCpu
    peakMemory
    cpuSeconds
  }
}
    fragment StepRow on Step {
  id
  name
  item
  state
  attempt
  reason
  explanation
  value
  itemCount
  outputs
  needs
  cacheReason
  startedAt
  finishedAt
  podId
}
fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`, {"fragmentName":"RunCompared"}) as unknown as TypedDocumentString<RunComparedFragment, unknown>;
export const RetentionRuleWholeFragmentDoc = new TypedDocumentString(`
    fragment RetentionRuleWhole on RetentionRule {
  keepDays
  keepLast
}
    `, {"fragmentName":"RetentionRuleWhole"}) as unknown as TypedDocumentString<RetentionRuleWholeFragment, unknown>;
export const ImageRowFragmentDoc = new TypedDocumentString(`
    fragment ImageRow on Image {
  id
  name
  description
  latestNumber
  createdAt
  latestBuild {
    state
    reason
    reference
    size
    createdAt
  }
  viewerCanBuild
  project {
    id
    name
  }
}
    `, {"fragmentName":"ImageRow"}) as unknown as TypedDocumentString<ImageRowFragment, unknown>;
export const BuildRowFragmentDoc = new TypedDocumentString(`
    fragment BuildRow on Build {
  id
  number
  state
  reason
  explanation
  reference
  cluster
  digest
  size
  sizeChange
  createdAt
  startedAt
  finishedAt
  author {
    id
    name
  }
}
    `, {"fragmentName":"BuildRow"}) as unknown as TypedDocumentString<BuildRowFragment, unknown>;
export const ImageSourceFragmentDoc = new TypedDocumentString(`
    fragment ImageSource on ImageSource {
  packages {
    base
    python
    pip
    apt
    conda
    channels
    env {
      name
      value
    }
    files {
      path
      content
    }
    commands
  }
  dockerfile
  git {
    repo
    repoSecret
    branch
    path
  }
}
    `, {"fragmentName":"ImageSource"}) as unknown as TypedDocumentString<ImageSourceFragment, unknown>;
export const BuildWholeFragmentDoc = new TypedDocumentString(`
    fragment BuildWhole on Build {
  ...BuildRow
  source {
    ...ImageSource
  }
  resources {
    cpu
    memory
    timeoutSeconds
  }
  dockerfile
  packages {
    kind
    name
    version
  }
  files {
    path
    size
  }
  packageChanges {
    kind
    name
    before
    after
  }
  failedStep {
    step
    output
  }
  pod {
    id
    state
  }
}
    fragment ImageSource on ImageSource {
  packages {
    base
    python
    pip
    apt
    conda
    channels
    env {
      name
      value
    }
    files {
      path
      content
    }
    commands
  }
  dockerfile
  git {
    repo
    repoSecret
    branch
    path
  }
}
fragment BuildRow on Build {
  id
  number
  state
  reason
  explanation
  reference
  cluster
  digest
  size
  sizeChange
  createdAt
  startedAt
  finishedAt
  author {
    id
    name
  }
}`, {"fragmentName":"BuildWhole"}) as unknown as TypedDocumentString<BuildWholeFragment, unknown>;
export const ModelRowFragmentDoc = new TypedDocumentString(`
    fragment ModelRow on Model {
  id
  name
  description
  createdAt
  viewerCanChange
  project {
    id
    name
  }
  aliases {
    name
    number
  }
  latestVersion {
    id
    number
    framework
    size
    metrics
    createdAt
  }
}
    `, {"fragmentName":"ModelRow"}) as unknown as TypedDocumentString<ModelRowFragment, unknown>;
export const ModelVersionRowFragmentDoc = new TypedDocumentString(`
    fragment ModelVersionRow on ModelVersion {
  id
  number
  description
  framework
  size
  digest
  signature {
    inputs {
      name
      type
    }
    outputs {
      name
      type
    }
  }
  requirements
  metrics
  tags
  runId
  lineage {
    pipeline
    pipelineVersion
    runNumber
    step
    item
    parameters
  }
  createdAt
  author {
    id
    name
  }
  files {
    path
    size
    sha256
    mediaType
    url
  }
}
    `, {"fragmentName":"ModelVersionRow"}) as unknown as TypedDocumentString<ModelVersionRowFragment, unknown>;
export const ModelWholeFragmentDoc = new TypedDocumentString(`
    fragment ModelWhole on Model {
  id
  name
  description
  card
  createdAt
  viewerCanChange
  project {
    id
    name
  }
  aliases {
    name
    number
    movedAt
    movedBy {
      id
      name
    }
  }
  usedBy {
    kind
    id
    name
  }
  versions {
    ...ModelVersionRow
  }
}
    fragment ModelVersionRow on ModelVersion {
  id
  number
  description
  framework
  size
  digest
  signature {
    inputs {
      name
      type
    }
    outputs {
      name
      type
    }
  }
  requirements
  metrics
  tags
  runId
  lineage {
    pipeline
    pipelineVersion
    runNumber
    step
    item
    parameters
  }
  createdAt
  author {
    id
    name
  }
  files {
    path
    size
    sha256
    mediaType
    url
  }
}`, {"fragmentName":"ModelWhole"}) as unknown as TypedDocumentString<ModelWholeFragment, unknown>;
export const NotebookRowFragmentDoc = new TypedDocumentString(`
    fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}
    `, {"fragmentName":"NotebookRow"}) as unknown as TypedDocumentString<NotebookRowFragment, unknown>;
export const NotebookSignalRowFragmentDoc = new TypedDocumentString(`
    fragment NotebookSignalRow on NotebookSignal {
  name
  active
  lastActiveAt
  detail
  counts
}
    `, {"fragmentName":"NotebookSignalRow"}) as unknown as TypedDocumentString<NotebookSignalRowFragment, unknown>;
export const PodRowFragmentDoc = new TypedDocumentString(`
    fragment PodRow on Pod {
  id
  attempt
  item
  role
  rank
  state
  reason
  explanation
  machine
  runtime
  cpu
  memory
  gpus
  createdAt
  startedAt
  finishedAt
  exitCode
  signal
  cpuSeconds
  peakCpu
  peakMemory
  logSize
  logDone
}
    `, {"fragmentName":"PodRow"}) as unknown as TypedDocumentString<PodRowFragment, unknown>;
export const NotebookWholeFragmentDoc = new TypedDocumentString(`
    fragment NotebookWhole on Notebook {
  ...NotebookRow
  spec {
    resources {
      gpuType
      devices {
        name
        count
      }
      claims {
        name
        count
      }
    }
    environment {
      python
      requirements
      image
      root
    }
    size
    env {
      name
      value
    }
    secrets {
      name
    }
    projectSecrets
    volumes
    repo
    repoSecret
    branch
    script
    command
    port
    path
  }
  activity {
    signals {
      ...NotebookSignalRow
    }
  }
  idleStop {
    idleSince
    gpuHours
    signals {
      ...NotebookSignalRow
    }
  }
  folder
  changed
  previousSpec {
    resources {
      cpu
      memory
      gpu
    }
  }
  restarted {
    at
    reason
    explanation
  }
  pods {
    ...PodRow
  }
  policy {
    idleMinutes
    gpuIdleMinutes
    warnMinutes
  }
}
    fragment NotebookSignalRow on NotebookSignal {
  name
  active
  lastActiveAt
  detail
  counts
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}
fragment PodRow on Pod {
  id
  attempt
  item
  role
  rank
  state
  reason
  explanation
  machine
  runtime
  cpu
  memory
  gpus
  createdAt
  startedAt
  finishedAt
  exitCode
  signal
  cpuSeconds
  peakCpu
  peakMemory
  logSize
  logDone
}`, {"fragmentName":"NotebookWhole"}) as unknown as TypedDocumentString<NotebookWholeFragment, unknown>;
export const NotificationRowFragmentDoc = new TypedDocumentString(`
    fragment NotificationRow on Notification {
  id
  kind
  detail
  unread
  createdAt
  subject {
    kind
    id
    name
    number
    project
  }
}
    `, {"fragmentName":"NotificationRow"}) as unknown as TypedDocumentString<NotificationRowFragment, unknown>;
export const ChannelRowFragmentDoc = new TypedDocumentString(`
    fragment ChannelRow on NotificationChannel {
  id
  name
  kind
  address
  hasSecret
  kinds
  deliveredAt
  failedAt
  error
  deliveries {
    id
    state
    attempts
    error
  }
}
    `, {"fragmentName":"ChannelRow"}) as unknown as TypedDocumentString<ChannelRowFragment, unknown>;
export const PersonRowFragmentDoc = new TypedDocumentString(`
    fragment PersonRow on User {
  id
  name
  email
  admin
  auditor
  createdAt
  deactivatedAt
  lastSeenAt
}
    `, {"fragmentName":"PersonRow"}) as unknown as TypedDocumentString<PersonRowFragment, unknown>;
export const AmountWholeFragmentDoc = new TypedDocumentString(`
    fragment AmountWhole on QuotaAmount {
  cpu
  memory
  gpu
  pods
  notebooks
  gpusByType {
    type
    count
  }
  storage
}
    `, {"fragmentName":"AmountWhole"}) as unknown as TypedDocumentString<AmountWholeFragment, unknown>;
export const RunWholeFragmentDoc = new TypedDocumentString(`
    fragment RunWhole on Run {
  ...RunRow
  skippedClusters {
    cluster
    reason
  }
  params
  expectedEnd {
    median
    p90
  }
  version {
    id
    number
  }
  steps {
    ...StepRow
  }
}
    fragment StepRow on Step {
  id
  name
  item
  state
  attempt
  reason
  explanation
  value
  itemCount
  outputs
  needs
  cacheReason
  startedAt
  finishedAt
  podId
}
fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`, {"fragmentName":"RunWhole"}) as unknown as TypedDocumentString<RunWholeFragment, unknown>;
export const ScheduleRowFragmentDoc = new TypedDocumentString(`
    fragment ScheduleRow on Schedule {
  id
  name
  spec {
    cron
    timezone
    params
    cluster
    cache
    catchUpPolicy
    maxActiveRuns
    concurrencyPolicy
    startsAt
    endsAt
  }
  paused
  nextAt
  upcoming
  viewerCanChange
  runAs {
    id
    name
  }
  ticks {
    at
    state
    message
    runId
    runNumber
    runState
  }
}
    `, {"fragmentName":"ScheduleRow"}) as unknown as TypedDocumentString<ScheduleRowFragment, unknown>;
export const SearchSpecFieldsFragmentDoc = new TypedDocumentString(`
    fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
    `, {"fragmentName":"SearchSpecFields"}) as unknown as TypedDocumentString<SearchSpecFieldsFragment, unknown>;
export const SearchRowFragmentDoc = new TypedDocumentString(`
    fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}
    fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}`, {"fragmentName":"SearchRow"}) as unknown as TypedDocumentString<SearchRowFragment, unknown>;
export const ServiceRowFragmentDoc = new TypedDocumentString(`
    fragment ServiceRow on Service {
  id
  name
  description
  cluster
  access
  enabled
  state
  traffic {
    revision
    weight
  }
  latestRevision
  createdAt
  viewerCanChange
  project {
    id
    name
  }
  revisions {
    id
    number
    state
    spec {
      kind
    }
    model {
      name
      number
    }
  }
}
    `, {"fragmentName":"ServiceRow"}) as unknown as TypedDocumentString<ServiceRowFragment, unknown>;
export const RevisionRowFragmentDoc = new TypedDocumentString(`
    fragment RevisionRow on ServiceRevision {
  id
  number
  state
  reason
  explanation
  restarted {
    at
    reason
    explanation
  }
  spec {
    kind
    resources {
      cpu
      memory
      gpu
      gpuType
      gpuShare
      devices {
        name
        count
      }
      claims {
        name
        count
      }
    }
    environment {
      requirements
      image
      root
    }
    env {
      name
      value
    }
    secrets {
      name
    }
    projectSecrets
    volumes
    replicas
    maxReplicas
    scaleMetric
    targetValue
    schedules {
      cron
      timezone
      replicas
    }
    script
    command
    readyPath
    timeoutSeconds
    idleTimeoutSeconds
    nonFinite
  }
  model {
    id
    modelId
    name
    number
    signature {
      example
    }
  }
  desiredReplicas
  readyReplicas
  stages {
    name
    at
  }
  createdAt
  requestedAt
  readyAt
  author {
    id
    name
  }
}
    `, {"fragmentName":"RevisionRow"}) as unknown as TypedDocumentString<RevisionRowFragment, unknown>;
export const ServiceWholeFragmentDoc = new TypedDocumentString(`
    fragment ServiceWhole on Service {
  id
  name
  description
  cluster
  access
  enabled
  state
  traffic {
    revision
    weight
  }
  mirror
  rollout {
    revision
    kind
    steps
    step
    state
    verdicts {
      gate
      verdict
      count
      total
      share
      baseline
      thresholdSeconds
    }
    events {
      at
      message
    }
  }
  latestRevision
  createdAt
  url
  viewerCanChange
  project {
    id
    name
  }
  author {
    id
    name
  }
  keys {
    id
    name
    suffix
    requestsPerMinute
    tokensPerMinute
    usage {
      requests
      failed
      rejected
      tokens
    }
    createdAt
    author {
      id
      name
    }
  }
  revisions {
    ...RevisionRow
  }
}
    fragment RevisionRow on ServiceRevision {
  id
  number
  state
  reason
  explanation
  restarted {
    at
    reason
    explanation
  }
  spec {
    kind
    resources {
      cpu
      memory
      gpu
      gpuType
      gpuShare
      devices {
        name
        count
      }
      claims {
        name
        count
      }
    }
    environment {
      requirements
      image
      root
    }
    env {
      name
      value
    }
    secrets {
      name
    }
    projectSecrets
    volumes
    replicas
    maxReplicas
    scaleMetric
    targetValue
    schedules {
      cron
      timezone
      replicas
    }
    script
    command
    readyPath
    timeoutSeconds
    idleTimeoutSeconds
    nonFinite
  }
  model {
    id
    modelId
    name
    number
    signature {
      example
    }
  }
  desiredReplicas
  readyReplicas
  stages {
    name
    at
  }
  createdAt
  requestedAt
  readyAt
  author {
    id
    name
  }
}`, {"fragmentName":"ServiceWhole"}) as unknown as TypedDocumentString<ServiceWholeFragment, unknown>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    id
    name
    admin
    auditor
  }
  impersonator
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const MyProjectsDocument = new TypedDocumentString(`
    query MyProjects {
  projects(first: 200) {
    nodes {
      id
      name
      description
      viewerRole
      viewerCanRun
      cluster
    }
  }
}
    `) as unknown as TypedDocumentString<MyProjectsQuery, MyProjectsQueryVariables>;
export const OneProjectDocument = new TypedDocumentString(`
    query OneProject($key: String!) {
  project(key: $key) {
    id
    name
    description
    viewerRole
    viewerCanRun
    cluster
  }
}
    `) as unknown as TypedDocumentString<OneProjectQuery, OneProjectQueryVariables>;
export const FindProjectsDocument = new TypedDocumentString(`
    query FindProjects($search: String!) {
  projects(search: $search, first: 30) {
    nodes {
      id
      name
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<FindProjectsQuery, FindProjectsQueryVariables>;
export const SignOutDocument = new TypedDocumentString(`
    mutation SignOut($everywhere: Boolean!) {
  signOut(everywhere: $everywhere) {
    __typename
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SignOutMutation, SignOutMutationVariables>;
export const LastRunsDocument = new TypedDocumentString(`
    query LastRuns {
  runs(first: 8) {
    nodes {
      id
      number
      state
      pipeline {
        id
        name
        project {
          id
          name
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<LastRunsQuery, LastRunsQueryVariables>;
export const FindDocument = new TypedDocumentString(`
    query Find($text: String!) {
  find(text: $text) {
    kind
    id
    name
    exact
    project
    detail
    runState
  }
}
    `) as unknown as TypedDocumentString<FindQuery, FindQueryVariables>;
export const RunsChangedDocument = new TypedDocumentString(`
    subscription RunsChanged($project: String, $since: String) {
  runsChanged(project: $project, since: $since) {
    cursor
    run {
      ...RunRow
    }
  }
}
    fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<RunsChangedSubscription, RunsChangedSubscriptionVariables>;
export const ProjectGivenDocument = new TypedDocumentString(`
    query ProjectGiven($key: String!) {
  project(key: $key) {
    id
    secrets {
      name
    }
  }
}
    `) as unknown as TypedDocumentString<ProjectGivenQuery, ProjectGivenQueryVariables>;
export const StopViewingDocument = new TypedDocumentString(`
    mutation StopViewing {
  stopImpersonating {
    __typename
    ...ProblemFields
    ... on Done {
      id
    }
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<StopViewingMutation, StopViewingMutationVariables>;
export const AuditDocument = new TypedDocumentString(`
    query Audit($actor: String!, $operation: String!, $outcome: AuditOutcome, $after: String) {
  audit(
    actor: $actor
    operation: $operation
    outcome: $outcome
    after: $after
    first: 100
  ) {
    nodes {
      id
      number
      at
      actor
      by
      address
      operation
      target
      outcome
      detail
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<AuditQuery, AuditQueryVariables>;
export const AuditCheckDocument = new TypedDocumentString(`
    query AuditCheck {
  auditCheck {
    entries
    problem
  }
}
    `) as unknown as TypedDocumentString<AuditCheckQuery, AuditCheckQueryVariables>;
export const ClustersDocument = new TypedDocumentString(`
    query Clusters {
  links {
    name
    url
  }
  clusters {
    name
    kind
    reachable
    since
    problem
    version
    latency
    capacity {
      cpu
      memory
      gpu
      freeCpu
      freeMemory
      freeGpu
      gpuNote
      notes
    }
    nodes {
      name
      ready
      cordoned
      cpu
      memory
      gpu
      usedCpu
      usedMemory
      usedGpu
      taints
      problems
      version
      labels
    }
  }
}
    `) as unknown as TypedDocumentString<ClustersQuery, ClustersQueryVariables>;
export const ComponentsDocument = new TypedDocumentString(`
    query Components {
  clusters {
    name
    components {
      group
      name
      state
      version
      explanation
      needed
      install
    }
  }
}
    `) as unknown as TypedDocumentString<ComponentsQuery, ComponentsQueryVariables>;
export const ClusterHealthDocument = new TypedDocumentString(`
    subscription ClusterHealth {
  clusterHealth {
    name
    reachable
    since
    problem
  }
}
    `) as unknown as TypedDocumentString<ClusterHealthSubscription, ClusterHealthSubscriptionVariables>;
export const OneComparedDocument = new TypedDocumentString(`
    query OneCompared($id: ID!) {
  run(id: $id) {
    ...RunCompared
  }
}
    fragment RunCompared on Run {
  ...RunRow
  params
  metrics(points: 400) {
    step
    item
    name
    last
    points
  }
  version {
    id
    number
    yaml
    definition
  }
  steps {
    ...StepRow
    artifacts {
      id
      path
      sha256
      size
    }
  }
  pods {
    id
    step
    item
    attempt
    runtime
    machine
    cpu
    memory
    peakCpu
    peakMemory
    cpuSeconds
  }
}
fragment StepRow on Step {
  id
  name
  item
  state
  attempt
  reason
  explanation
  value
  itemCount
  outputs
  needs
  cacheReason
  startedAt
  finishedAt
  podId
}
fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<OneComparedQuery, OneComparedQueryVariables>;
export const HomeDocument = new TypedDocumentString(`
    query Home($me: String!, $project: String) {
  going: runs(project: $project, states: [QUEUED, RUNNING, CANCELLING], first: 20) {
    nodes {
      ...RunRow
      expectedEnd {
        median
        p90
      }
      steps {
        id
        name
        state
        reason
        explanation
      }
    }
  }
  failed: runs(project: $project, states: [FAILED], author: $me, first: 20) {
    nodes {
      ...RunRow
      pipeline {
        id
        name
        recentRuns
      }
      steps {
        id
        name
        state
        reason
        explanation
      }
    }
  }
  newest: runs(project: $project, author: $me, first: 12) {
    nodes {
      id
      number
      state
      explanation
      createdAt
      startedAt
      finishedAt
      pipeline {
        id
        name
        project {
          id
          name
        }
      }
    }
  }
  pipelines(project: $project, sort: CHANGED, first: 8) {
    nodes {
      id
      name
      latest
      changedAt
      recentRuns
      viewerCanRun
      project {
        id
        name
      }
    }
  }
}
    fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<HomeQuery, HomeQueryVariables>;
export const AnythingDocument = new TypedDocumentString(`
    query Anything {
  projects(first: 50) {
    nodes {
      id
      name
      viewerCanRun
    }
  }
  pipelines(first: 1) {
    nodes {
      id
    }
  }
  notebooks(first: 1) {
    nodes {
      id
    }
  }
  images(first: 1) {
    nodes {
      id
    }
  }
  models(first: 1) {
    nodes {
      id
    }
  }
  services(first: 1) {
    nodes {
      id
    }
  }
}
    `) as unknown as TypedDocumentString<AnythingQuery, AnythingQueryVariables>;
export const RetentionDocument = new TypedDocumentString(`
    query Retention($project: String) {
  retentionPolicy(project: $project) {
    inherited
    rule {
      ...RetentionRuleWhole
    }
    default {
      ...RetentionRuleWhole
    }
    lastResult {
      at
      runs
      freedBytes
      failures
    }
    viewerCanUpdate
  }
}
    fragment RetentionRuleWhole on RetentionRule {
  keepDays
  keepLast
}`) as unknown as TypedDocumentString<RetentionQuery, RetentionQueryVariables>;
export const PreviewRetentionDocument = new TypedDocumentString(`
    query PreviewRetention($input: PreviewRetentionInput!) {
  previewRetention(input: $input) {
    runs
    bytes
  }
}
    `) as unknown as TypedDocumentString<PreviewRetentionQuery, PreviewRetentionQueryVariables>;
export const UpdateRetentionDocument = new TypedDocumentString(`
    mutation UpdateRetention($input: UpdateRetentionPolicyInput!) {
  updateRetentionPolicy(input: $input) {
    __typename
    ... on RetentionPolicy {
      inherited
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<UpdateRetentionMutation, UpdateRetentionMutationVariables>;
export const ScheduledTasksDocument = new TypedDocumentString(`
    query ScheduledTasks {
  scheduledTasks {
    name
    description
    schedule
    nextAt
    runningSince
    lastStartedAt
    lastDurationSeconds
    lastError
  }
}
    `) as unknown as TypedDocumentString<ScheduledTasksQuery, ScheduledTasksQueryVariables>;
export const RunScheduledTaskDocument = new TypedDocumentString(`
    mutation RunScheduledTask($name: String!) {
  runScheduledTask(name: $name) {
    __typename
    ... on ScheduledTask {
      name
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<RunScheduledTaskMutation, RunScheduledTaskMutationVariables>;
export const StorageUsageDocument = new TypedDocumentString(`
    query StorageUsage($project: String!) {
  storageUsage(project: $project) {
    totalBytes
    parts {
      kind
      bytes
    }
  }
}
    `) as unknown as TypedDocumentString<StorageUsageQuery, StorageUsageQueryVariables>;
export const ImagesDocument = new TypedDocumentString(`
    query Images($project: String, $search: String!, $after: String) {
  images(project: $project, search: $search, after: $after, first: 50) {
    nodes {
      ...ImageRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ImageRow on Image {
  id
  name
  description
  latestNumber
  createdAt
  latestBuild {
    state
    reason
    reference
    size
    createdAt
  }
  viewerCanBuild
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<ImagesQuery, ImagesQueryVariables>;
export const ImageDocument = new TypedDocumentString(`
    query Image($id: ID!) {
  image(id: $id) {
    ...ImageRow
    usedBy {
      kind
      id
      name
    }
    builds {
      ...BuildRow
    }
  }
}
    fragment ImageRow on Image {
  id
  name
  description
  latestNumber
  createdAt
  latestBuild {
    state
    reason
    reference
    size
    createdAt
  }
  viewerCanBuild
  project {
    id
    name
  }
}
fragment BuildRow on Build {
  id
  number
  state
  reason
  explanation
  reference
  cluster
  digest
  size
  sizeChange
  createdAt
  startedAt
  finishedAt
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<ImageQuery, ImageQueryVariables>;
export const BuildOneDocument = new TypedDocumentString(`
    query BuildOne($id: ID!) {
  build(id: $id) {
    ...BuildWhole
  }
}
    fragment ImageSource on ImageSource {
  packages {
    base
    python
    pip
    apt
    conda
    channels
    env {
      name
      value
    }
    files {
      path
      content
    }
    commands
  }
  dockerfile
  git {
    repo
    repoSecret
    branch
    path
  }
}
fragment BuildRow on Build {
  id
  number
  state
  reason
  explanation
  reference
  cluster
  digest
  size
  sizeChange
  createdAt
  startedAt
  finishedAt
  author {
    id
    name
  }
}
fragment BuildWhole on Build {
  ...BuildRow
  source {
    ...ImageSource
  }
  resources {
    cpu
    memory
    timeoutSeconds
  }
  dockerfile
  packages {
    kind
    name
    version
  }
  files {
    path
    size
  }
  packageChanges {
    kind
    name
    before
    after
  }
  failedStep {
    step
    output
  }
  pod {
    id
    state
  }
}`) as unknown as TypedDocumentString<BuildOneQuery, BuildOneQueryVariables>;
export const CheckImageDocument = new TypedDocumentString(`
    query CheckImage($input: CheckImageInput!) {
  checkImage(input: $input) {
    dockerfile
    pythonOnly
    faults {
      ...FaultFields
    }
  }
}
    fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CheckImageQuery, CheckImageQueryVariables>;
export const ImagePresetsDocument = new TypedDocumentString(`
    query ImagePresets {
  viewer {
    id
    admin
  }
  imagePresets {
    name
    title
    description
    source {
      ...ImageSource
    }
    builtin
    changedAt
  }
}
    fragment ImageSource on ImageSource {
  packages {
    base
    python
    pip
    apt
    conda
    channels
    env {
      name
      value
    }
    files {
      path
      content
    }
    commands
  }
  dockerfile
  git {
    repo
    repoSecret
    branch
    path
  }
}`) as unknown as TypedDocumentString<ImagePresetsQuery, ImagePresetsQueryVariables>;
export const SaveImagePresetDocument = new TypedDocumentString(`
    mutation SaveImagePreset($input: SaveImagePresetInput!) {
  saveImagePreset(input: $input) {
    __typename
    ... on ImagePreset {
      name
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SaveImagePresetMutation, SaveImagePresetMutationVariables>;
export const DeleteImagePresetDocument = new TypedDocumentString(`
    mutation DeleteImagePreset($name: String!) {
  deleteImagePreset(name: $name) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteImagePresetMutation, DeleteImagePresetMutationVariables>;
export const ImagePlacesDocument = new TypedDocumentString(`
    query ImagePlaces($key: String!) {
  clusters {
    name
    kind
  }
  project(key: $key) {
    id
    name
    cluster
    clusters
    viewerCanRun
    viewerCanMaintain
    registries {
      id
      name
      prefix
      username
      insecure
    }
  }
}
    `) as unknown as TypedDocumentString<ImagePlacesQuery, ImagePlacesQueryVariables>;
export const RegistryCheckDocument = new TypedDocumentString(`
    query RegistryCheck($id: ID!) {
  registryCheck(id: $id) {
    problem
  }
}
    `) as unknown as TypedDocumentString<RegistryCheckQuery, RegistryCheckQueryVariables>;
export const SaveImageDocument = new TypedDocumentString(`
    mutation SaveImage($input: SaveImageInput!) {
  saveImage(input: $input) {
    __typename
    ... on SavedImage {
      created
      image {
        id
      }
      build {
        id
        number
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SaveImageMutation, SaveImageMutationVariables>;
export const CancelBuildDocument = new TypedDocumentString(`
    mutation CancelBuild($id: ID!) {
  cancelBuild(id: $id) {
    __typename
    ... on Build {
      id
      state
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CancelBuildMutation, CancelBuildMutationVariables>;
export const DeleteImageDocument = new TypedDocumentString(`
    mutation DeleteImage($id: ID!) {
  deleteImage(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteImageMutation, DeleteImageMutationVariables>;
export const SaveRegistryDocument = new TypedDocumentString(`
    mutation SaveRegistry($project: String!, $name: String!, $prefix: String!, $username: String!, $password: String, $insecure: Boolean!) {
  saveRegistry(
    input: {project: $project, name: $name, prefix: $prefix, username: $username, password: $password, insecure: $insecure}
  ) {
    __typename
    ... on Registry {
      id
      name
      prefix
      username
      insecure
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SaveRegistryMutation, SaveRegistryMutationVariables>;
export const DeleteRegistryDocument = new TypedDocumentString(`
    mutation DeleteRegistry($id: ID!) {
  deleteRegistry(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteRegistryMutation, DeleteRegistryMutationVariables>;
export const ImageChangedDocument = new TypedDocumentString(`
    subscription ImageChanged($id: ID!) {
  imageChanged(id: $id) {
    cursor
    id
    image {
      ...ImageRow
      usedBy {
        kind
        id
        name
      }
      builds {
        ...BuildRow
      }
    }
  }
}
    fragment ImageRow on Image {
  id
  name
  description
  latestNumber
  createdAt
  latestBuild {
    state
    reason
    reference
    size
    createdAt
  }
  viewerCanBuild
  project {
    id
    name
  }
}
fragment BuildRow on Build {
  id
  number
  state
  reason
  explanation
  reference
  cluster
  digest
  size
  sizeChange
  createdAt
  startedAt
  finishedAt
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<ImageChangedSubscription, ImageChangedSubscriptionVariables>;
export const RegistryImageDocument = new TypedDocumentString(`
    query RegistryImage($image: String!, $project: String) {
  registryImage(image: $image, project: $project) {
    digest
    problem
  }
}
    `) as unknown as TypedDocumentString<RegistryImageQuery, RegistryImageQueryVariables>;
export const ModelsDocument = new TypedDocumentString(`
    query Models($project: String, $search: String!, $after: String) {
  models(project: $project, search: $search, after: $after, first: 50) {
    nodes {
      ...ModelRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ModelRow on Model {
  id
  name
  description
  createdAt
  viewerCanChange
  project {
    id
    name
  }
  aliases {
    name
    number
  }
  latestVersion {
    id
    number
    framework
    size
    metrics
    createdAt
  }
}`) as unknown as TypedDocumentString<ModelsQuery, ModelsQueryVariables>;
export const ModelDocument = new TypedDocumentString(`
    query Model($id: ID!) {
  model(id: $id) {
    ...ModelWhole
  }
}
    fragment ModelVersionRow on ModelVersion {
  id
  number
  description
  framework
  size
  digest
  signature {
    inputs {
      name
      type
    }
    outputs {
      name
      type
    }
  }
  requirements
  metrics
  tags
  runId
  lineage {
    pipeline
    pipelineVersion
    runNumber
    step
    item
    parameters
  }
  createdAt
  author {
    id
    name
  }
  files {
    path
    size
    sha256
    mediaType
    url
  }
}
fragment ModelWhole on Model {
  id
  name
  description
  card
  createdAt
  viewerCanChange
  project {
    id
    name
  }
  aliases {
    name
    number
    movedAt
    movedBy {
      id
      name
    }
  }
  usedBy {
    kind
    id
    name
  }
  versions {
    ...ModelVersionRow
  }
}`) as unknown as TypedDocumentString<ModelQuery, ModelQueryVariables>;
export const ModelChecksDocument = new TypedDocumentString(`
    query ModelChecks($id: ID!, $version: ID!, $alias: String!) {
  model(id: $id) {
    id
    checks(version: $version, alias: $alias) {
      name
      passed
      explanation
    }
  }
}
    `) as unknown as TypedDocumentString<ModelChecksQuery, ModelChecksQueryVariables>;
export const RegisterModelDocument = new TypedDocumentString(`
    mutation RegisterModel($input: RegisterModelInput!) {
  registerModel(input: $input) {
    __typename
    ... on RegisteredModel {
      changed
      model {
        id
        name
      }
      version {
        id
        number
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<RegisterModelMutation, RegisterModelMutationVariables>;
export const UploadModelDocument = new TypedDocumentString(`
    mutation UploadModel($input: UploadModelInput!) {
  uploadModel(input: $input) {
    __typename
    ... on RegisteredModel {
      changed
      model {
        id
        name
      }
      version {
        id
        number
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<UploadModelMutation, UploadModelMutationVariables>;
export const UpdateModelDocument = new TypedDocumentString(`
    mutation UpdateModel($input: UpdateModelInput!) {
  updateModel(input: $input) {
    __typename
    ... on Model {
      ...ModelWhole
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment ModelVersionRow on ModelVersion {
  id
  number
  description
  framework
  size
  digest
  signature {
    inputs {
      name
      type
    }
    outputs {
      name
      type
    }
  }
  requirements
  metrics
  tags
  runId
  lineage {
    pipeline
    pipelineVersion
    runNumber
    step
    item
    parameters
  }
  createdAt
  author {
    id
    name
  }
  files {
    path
    size
    sha256
    mediaType
    url
  }
}
fragment ModelWhole on Model {
  id
  name
  description
  card
  createdAt
  viewerCanChange
  project {
    id
    name
  }
  aliases {
    name
    number
    movedAt
    movedBy {
      id
      name
    }
  }
  usedBy {
    kind
    id
    name
  }
  versions {
    ...ModelVersionRow
  }
}`) as unknown as TypedDocumentString<UpdateModelMutation, UpdateModelMutationVariables>;
export const SetModelAliasDocument = new TypedDocumentString(`
    mutation SetModelAlias($id: ID!, $alias: String!, $force: Boolean!) {
  setModelAlias(id: $id, alias: $alias, force: $force) {
    __typename
    ... on Model {
      ...ModelWhole
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment ModelVersionRow on ModelVersion {
  id
  number
  description
  framework
  size
  digest
  signature {
    inputs {
      name
      type
    }
    outputs {
      name
      type
    }
  }
  requirements
  metrics
  tags
  runId
  lineage {
    pipeline
    pipelineVersion
    runNumber
    step
    item
    parameters
  }
  createdAt
  author {
    id
    name
  }
  files {
    path
    size
    sha256
    mediaType
    url
  }
}
fragment ModelWhole on Model {
  id
  name
  description
  card
  createdAt
  viewerCanChange
  project {
    id
    name
  }
  aliases {
    name
    number
    movedAt
    movedBy {
      id
      name
    }
  }
  usedBy {
    kind
    id
    name
  }
  versions {
    ...ModelVersionRow
  }
}`) as unknown as TypedDocumentString<SetModelAliasMutation, SetModelAliasMutationVariables>;
export const RemoveModelAliasDocument = new TypedDocumentString(`
    mutation RemoveModelAlias($id: ID!, $alias: String!) {
  removeModelAlias(id: $id, alias: $alias) {
    __typename
    ... on Model {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<RemoveModelAliasMutation, RemoveModelAliasMutationVariables>;
export const DeleteModelVersionDocument = new TypedDocumentString(`
    mutation DeleteModelVersion($id: ID!) {
  deleteModelVersion(id: $id) {
    __typename
    ... on Model {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteModelVersionMutation, DeleteModelVersionMutationVariables>;
export const DeleteModelDocument = new TypedDocumentString(`
    mutation DeleteModel($id: ID!) {
  deleteModel(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteModelMutation, DeleteModelMutationVariables>;
export const ModelChangedDocument = new TypedDocumentString(`
    subscription ModelChanged($id: ID!) {
  modelChanged(id: $id) {
    cursor
    id
    model {
      ...ModelWhole
    }
  }
}
    fragment ModelVersionRow on ModelVersion {
  id
  number
  description
  framework
  size
  digest
  signature {
    inputs {
      name
      type
    }
    outputs {
      name
      type
    }
  }
  requirements
  metrics
  tags
  runId
  lineage {
    pipeline
    pipelineVersion
    runNumber
    step
    item
    parameters
  }
  createdAt
  author {
    id
    name
  }
  files {
    path
    size
    sha256
    mediaType
    url
  }
}
fragment ModelWhole on Model {
  id
  name
  description
  card
  createdAt
  viewerCanChange
  project {
    id
    name
  }
  aliases {
    name
    number
    movedAt
    movedBy {
      id
      name
    }
  }
  usedBy {
    kind
    id
    name
  }
  versions {
    ...ModelVersionRow
  }
}`) as unknown as TypedDocumentString<ModelChangedSubscription, ModelChangedSubscriptionVariables>;
export const NotebooksDocument = new TypedDocumentString(`
    query Notebooks($project: String, $mine: Boolean!, $search: String!, $after: String) {
  notebooks(
    project: $project
    mine: $mine
    search: $search
    after: $after
    first: 50
  ) {
    nodes {
      ...NotebookRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<NotebooksQuery, NotebooksQueryVariables>;
export const NotebookDocument = new TypedDocumentString(`
    query Notebook($id: ID!) {
  notebook(id: $id) {
    ...NotebookWhole
  }
}
    fragment NotebookSignalRow on NotebookSignal {
  name
  active
  lastActiveAt
  detail
  counts
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}
fragment NotebookWhole on Notebook {
  ...NotebookRow
  spec {
    resources {
      gpuType
      devices {
        name
        count
      }
      claims {
        name
        count
      }
    }
    environment {
      python
      requirements
      image
      root
    }
    size
    env {
      name
      value
    }
    secrets {
      name
    }
    projectSecrets
    volumes
    repo
    repoSecret
    branch
    script
    command
    port
    path
  }
  activity {
    signals {
      ...NotebookSignalRow
    }
  }
  idleStop {
    idleSince
    gpuHours
    signals {
      ...NotebookSignalRow
    }
  }
  folder
  changed
  previousSpec {
    resources {
      cpu
      memory
      gpu
    }
  }
  restarted {
    at
    reason
    explanation
  }
  pods {
    ...PodRow
  }
  policy {
    idleMinutes
    gpuIdleMinutes
    warnMinutes
  }
}
fragment PodRow on Pod {
  id
  attempt
  item
  role
  rank
  state
  reason
  explanation
  machine
  runtime
  cpu
  memory
  gpus
  createdAt
  startedAt
  finishedAt
  exitCode
  signal
  cpuSeconds
  peakCpu
  peakMemory
  logSize
  logDone
}`) as unknown as TypedDocumentString<NotebookQuery, NotebookQueryVariables>;
export const NotebookKindsDocument = new TypedDocumentString(`
    query NotebookKinds($cluster: String) {
  notebookKinds(cluster: $cluster) {
    kind
    title
    description
    image
    requirements
    supportsViewOnly
    unavailableReason
  }
}
    `) as unknown as TypedDocumentString<NotebookKindsQuery, NotebookKindsQueryVariables>;
export const PreflightNotebookDocument = new TypedDocumentString(`
    query PreflightNotebook($project: String!, $kind: NotebookKind!, $spec: NotebookSpecInput!, $cluster: String) {
  preflightNotebook(
    project: $project
    kind: $kind
    spec: $spec
    cluster: $cluster
  ) {
    verdict
    explanation
    problems
  }
}
    `) as unknown as TypedDocumentString<PreflightNotebookQuery, PreflightNotebookQueryVariables>;
export const NotebookUsageDocument = new TypedDocumentString(`
    query NotebookUsage($id: ID!) {
  notebookUsage(id: $id) {
    known
    busyKernels
    busyTerminals
    openPages
    unsavedDocuments
  }
}
    `) as unknown as TypedDocumentString<NotebookUsageQuery, NotebookUsageQueryVariables>;
export const NotebookPackagesDocument = new TypedDocumentString(`
    query NotebookPackages($id: ID!) {
  notebookPackages(id: $id)
}
    `) as unknown as TypedDocumentString<NotebookPackagesQuery, NotebookPackagesQueryVariables>;
export const NotebookPlacesDocument = new TypedDocumentString(`
    query NotebookPlaces {
  projects(first: 200) {
    nodes {
      id
      name
      viewerCanRun
      cluster
      clusters
    }
  }
}
    `) as unknown as TypedDocumentString<NotebookPlacesQuery, NotebookPlacesQueryVariables>;
export const CreateNotebookDocument = new TypedDocumentString(`
    mutation CreateNotebook($input: CreateNotebookInput!) {
  createNotebook(input: $input) {
    __typename
    ... on Notebook {
      ...NotebookRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<CreateNotebookMutation, CreateNotebookMutationVariables>;
export const UpdateNotebookDocument = new TypedDocumentString(`
    mutation UpdateNotebook($input: UpdateNotebookInput!) {
  updateNotebook(input: $input) {
    __typename
    ... on Notebook {
      ...NotebookWhole
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment NotebookSignalRow on NotebookSignal {
  name
  active
  lastActiveAt
  detail
  counts
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}
fragment NotebookWhole on Notebook {
  ...NotebookRow
  spec {
    resources {
      gpuType
      devices {
        name
        count
      }
      claims {
        name
        count
      }
    }
    environment {
      python
      requirements
      image
      root
    }
    size
    env {
      name
      value
    }
    secrets {
      name
    }
    projectSecrets
    volumes
    repo
    repoSecret
    branch
    script
    command
    port
    path
  }
  activity {
    signals {
      ...NotebookSignalRow
    }
  }
  idleStop {
    idleSince
    gpuHours
    signals {
      ...NotebookSignalRow
    }
  }
  folder
  changed
  previousSpec {
    resources {
      cpu
      memory
      gpu
    }
  }
  restarted {
    at
    reason
    explanation
  }
  pods {
    ...PodRow
  }
  policy {
    idleMinutes
    gpuIdleMinutes
    warnMinutes
  }
}
fragment PodRow on Pod {
  id
  attempt
  item
  role
  rank
  state
  reason
  explanation
  machine
  runtime
  cpu
  memory
  gpus
  createdAt
  startedAt
  finishedAt
  exitCode
  signal
  cpuSeconds
  peakCpu
  peakMemory
  logSize
  logDone
}`) as unknown as TypedDocumentString<UpdateNotebookMutation, UpdateNotebookMutationVariables>;
export const StartNotebookDocument = new TypedDocumentString(`
    mutation StartNotebook($id: ID!) {
  startNotebook(id: $id) {
    __typename
    ... on Notebook {
      ...NotebookRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<StartNotebookMutation, StartNotebookMutationVariables>;
export const StopNotebookDocument = new TypedDocumentString(`
    mutation StopNotebook($id: ID!, $save: Boolean!) {
  stopNotebook(id: $id, save: $save) {
    __typename
    ... on Notebook {
      ...NotebookRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<StopNotebookMutation, StopNotebookMutationVariables>;
export const RestartNotebookDocument = new TypedDocumentString(`
    mutation RestartNotebook($id: ID!, $save: Boolean!) {
  restartNotebook(id: $id, save: $save) {
    __typename
    ... on Notebook {
      ...NotebookRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<RestartNotebookMutation, RestartNotebookMutationVariables>;
export const RevertNotebookDocument = new TypedDocumentString(`
    mutation RevertNotebook($id: ID!) {
  revertNotebook(id: $id) {
    __typename
    ... on Notebook {
      ...NotebookRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<RevertNotebookMutation, RevertNotebookMutationVariables>;
export const CloneNotebookDocument = new TypedDocumentString(`
    mutation CloneNotebook($id: ID!, $name: String!) {
  cloneNotebook(id: $id, name: $name) {
    __typename
    ... on Notebook {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CloneNotebookMutation, CloneNotebookMutationVariables>;
export const DeleteNotebookDocument = new TypedDocumentString(`
    mutation DeleteNotebook($id: ID!, $keepFiles: Boolean!) {
  deleteNotebook(id: $id, keepFiles: $keepFiles) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteNotebookMutation, DeleteNotebookMutationVariables>;
export const ExtendNotebookDocument = new TypedDocumentString(`
    mutation ExtendNotebook($id: ID!) {
  extendNotebook(id: $id, hours: 2) {
    __typename
    ... on Notebook {
      ...NotebookRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<ExtendNotebookMutation, ExtendNotebookMutationVariables>;
export const OpenNotebookDocument = new TypedDocumentString(`
    mutation OpenNotebook($id: ID!) {
  openNotebook(id: $id) {
    __typename
    ... on NotebookLink {
      url
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<OpenNotebookMutation, OpenNotebookMutationVariables>;
export const NotebookPolicyDocument = new TypedDocumentString(`
    query NotebookPolicy($key: String!) {
  project(key: $key) {
    id
    viewerCanMaintain
    notebookPolicy {
      idleMinutes
      gpuIdleMinutes
      warnMinutes
    }
  }
}
    `) as unknown as TypedDocumentString<NotebookPolicyQuery, NotebookPolicyQueryVariables>;
export const SetNotebookPolicyDocument = new TypedDocumentString(`
    mutation SetNotebookPolicy($project: String!, $idle: Int!, $gpu: Int!, $warn: Int!) {
  setNotebookPolicy(
    project: $project
    idleMinutes: $idle
    gpuIdleMinutes: $gpu
    warnMinutes: $warn
  ) {
    __typename
    ... on Project {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SetNotebookPolicyMutation, SetNotebookPolicyMutationVariables>;
export const NotebookChangedDocument = new TypedDocumentString(`
    subscription NotebookChanged($id: ID!) {
  notebookChanged(id: $id) {
    cursor
    id
    notebook {
      ...NotebookWhole
    }
  }
}
    fragment NotebookSignalRow on NotebookSignal {
  name
  active
  lastActiveAt
  detail
  counts
}
fragment NotebookRow on Notebook {
  id
  name
  description
  kind
  cluster
  state
  reason
  explanation
  spec {
    resources {
      cpu
      memory
      gpu
      gpuShare
    }
  }
  sharing
  mine
  createdAt
  requestedAt
  readyAt
  endedAt
  activity {
    at
    idleSince
    warnAt
    stopAt
    due
  }
  extendedUntil
  viewerMayOpen
  viewerCanChange
  viewerCanStop
  stages {
    name
    at
  }
  owner {
    id
    name
  }
  project {
    id
    name
  }
}
fragment NotebookWhole on Notebook {
  ...NotebookRow
  spec {
    resources {
      gpuType
      devices {
        name
        count
      }
      claims {
        name
        count
      }
    }
    environment {
      python
      requirements
      image
      root
    }
    size
    env {
      name
      value
    }
    secrets {
      name
    }
    projectSecrets
    volumes
    repo
    repoSecret
    branch
    script
    command
    port
    path
  }
  activity {
    signals {
      ...NotebookSignalRow
    }
  }
  idleStop {
    idleSince
    gpuHours
    signals {
      ...NotebookSignalRow
    }
  }
  folder
  changed
  previousSpec {
    resources {
      cpu
      memory
      gpu
    }
  }
  restarted {
    at
    reason
    explanation
  }
  pods {
    ...PodRow
  }
  policy {
    idleMinutes
    gpuIdleMinutes
    warnMinutes
  }
}
fragment PodRow on Pod {
  id
  attempt
  item
  role
  rank
  state
  reason
  explanation
  machine
  runtime
  cpu
  memory
  gpus
  createdAt
  startedAt
  finishedAt
  exitCode
  signal
  cpuSeconds
  peakCpu
  peakMemory
  logSize
  logDone
}`) as unknown as TypedDocumentString<NotebookChangedSubscription, NotebookChangedSubscriptionVariables>;
export const NotificationsDocument = new TypedDocumentString(`
    query Notifications($unread: Boolean!, $after: String) {
  notifications(filter: {unread: $unread}, after: $after, first: 50) {
    nodes {
      ...NotificationRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment NotificationRow on Notification {
  id
  kind
  detail
  unread
  createdAt
  subject {
    kind
    id
    name
    number
    project
  }
}`) as unknown as TypedDocumentString<NotificationsQuery, NotificationsQueryVariables>;
export const NotificationsChangedDocument = new TypedDocumentString(`
    subscription NotificationsChanged {
  notificationsChanged {
    cursor
    unreadCount
  }
}
    `) as unknown as TypedDocumentString<NotificationsChangedSubscription, NotificationsChangedSubscriptionVariables>;
export const MarkNotificationsReadDocument = new TypedDocumentString(`
    mutation MarkNotificationsRead($ids: [ID!]) {
  markNotificationsRead(input: {ids: $ids}) {
    __typename
    ... on UnreadNotifications {
      unreadCount
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<MarkNotificationsReadMutation, MarkNotificationsReadMutationVariables>;
export const NotificationSettingsDocument = new TypedDocumentString(`
    query NotificationSettings {
  notificationSettings {
    settings {
      kind
      console
    }
  }
}
    `) as unknown as TypedDocumentString<NotificationSettingsQuery, NotificationSettingsQueryVariables>;
export const UpdateNotificationSettingsDocument = new TypedDocumentString(`
    mutation UpdateNotificationSettings($settings: [NotificationSettingInput!]!) {
  updateNotificationSettings(input: {settings: $settings}) {
    __typename
    ... on NotificationSettings {
      settings {
        kind
        console
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<UpdateNotificationSettingsMutation, UpdateNotificationSettingsMutationVariables>;
export const NotificationChannelsDocument = new TypedDocumentString(`
    query NotificationChannels($project: String) {
  mailConfigured
  notificationChannels(project: $project) {
    ...ChannelRow
  }
}
    fragment ChannelRow on NotificationChannel {
  id
  name
  kind
  address
  hasSecret
  kinds
  deliveredAt
  failedAt
  error
  deliveries {
    id
    state
    attempts
    error
  }
}`) as unknown as TypedDocumentString<NotificationChannelsQuery, NotificationChannelsQueryVariables>;
export const CreateNotificationChannelDocument = new TypedDocumentString(`
    mutation CreateNotificationChannel($input: CreateNotificationChannelInput!) {
  createNotificationChannel(input: $input) {
    __typename
    ... on NotificationChannel {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CreateNotificationChannelMutation, CreateNotificationChannelMutationVariables>;
export const UpdateNotificationChannelDocument = new TypedDocumentString(`
    mutation UpdateNotificationChannel($input: UpdateNotificationChannelInput!) {
  updateNotificationChannel(input: $input) {
    __typename
    ... on NotificationChannel {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<UpdateNotificationChannelMutation, UpdateNotificationChannelMutationVariables>;
export const DeleteNotificationChannelDocument = new TypedDocumentString(`
    mutation DeleteNotificationChannel($id: ID!) {
  deleteNotificationChannel(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteNotificationChannelMutation, DeleteNotificationChannelMutationVariables>;
export const TestNotificationChannelDocument = new TypedDocumentString(`
    mutation TestNotificationChannel($id: ID!) {
  testNotificationChannel(id: $id) {
    __typename
    ... on NotificationDelivery {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<TestNotificationChannelMutation, TestNotificationChannelMutationVariables>;
export const SignInProvidersDocument = new TypedDocumentString(`
    query SignInProviders {
  signInProviders {
    name
    title
    url
  }
}
    `) as unknown as TypedDocumentString<SignInProvidersQuery, SignInProvidersQueryVariables>;
export const PeopleDocument = new TypedDocumentString(`
    query People($search: String!, $after: String) {
  users(search: $search, after: $after, first: 100) {
    nodes {
      ...PersonRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment PersonRow on User {
  id
  name
  email
  admin
  auditor
  createdAt
  deactivatedAt
  lastSeenAt
}`) as unknown as TypedDocumentString<PeopleQuery, PeopleQueryVariables>;
export const MySessionsDocument = new TypedDocumentString(`
    query MySessions {
  sessions {
    id
    agent
    createdAt
    seenAt
    expiresAt
    current
  }
}
    `) as unknown as TypedDocumentString<MySessionsQuery, MySessionsQueryVariables>;
export const InvitePersonDocument = new TypedDocumentString(`
    mutation InvitePerson($name: String!, $email: String, $project: String, $role: Role!) {
  inviteUser(input: {name: $name, email: $email, project: $project, role: $role}) {
    __typename
    ... on SignInLink {
      url
      user {
        ...PersonRow
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment PersonRow on User {
  id
  name
  email
  admin
  auditor
  createdAt
  deactivatedAt
  lastSeenAt
}`) as unknown as TypedDocumentString<InvitePersonMutation, InvitePersonMutationVariables>;
export const LinkPersonDocument = new TypedDocumentString(`
    mutation LinkPerson($id: ID!) {
  createSignInLink(id: $id) {
    __typename
    ... on SignInLink {
      url
      user {
        ...PersonRow
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment PersonRow on User {
  id
  name
  email
  admin
  auditor
  createdAt
  deactivatedAt
  lastSeenAt
}`) as unknown as TypedDocumentString<LinkPersonMutation, LinkPersonMutationVariables>;
export const UpdatePersonDocument = new TypedDocumentString(`
    mutation UpdatePerson($id: ID!, $admin: Boolean, $auditor: Boolean, $closed: Boolean) {
  updateUser(
    input: {id: $id, admin: $admin, auditor: $auditor, deactivated: $closed}
  ) {
    __typename
    ... on User {
      ...PersonRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment PersonRow on User {
  id
  name
  email
  admin
  auditor
  createdAt
  deactivatedAt
  lastSeenAt
}`) as unknown as TypedDocumentString<UpdatePersonMutation, UpdatePersonMutationVariables>;
export const EndSessionDocument = new TypedDocumentString(`
    mutation EndSession($id: ID!) {
  endSession(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<EndSessionMutation, EndSessionMutationVariables>;
export const SshKeysDocument = new TypedDocumentString(`
    query SshKeys {
  sshKeys
}
    `) as unknown as TypedDocumentString<SshKeysQuery, SshKeysQueryVariables>;
export const SetSshKeysDocument = new TypedDocumentString(`
    mutation SetSshKeys($keys: [String!]!) {
  setSshKeys(keys: $keys) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SetSshKeysMutation, SetSshKeysMutationVariables>;
export const GroupsDocument = new TypedDocumentString(`
    query Groups {
  groups(first: 200) {
    nodes {
      id
      name
      description
      provider
      members {
        id
        name
      }
    }
  }
  signInProviders {
    name
    title
  }
}
    `) as unknown as TypedDocumentString<GroupsQuery, GroupsQueryVariables>;
export const GroupNamesDocument = new TypedDocumentString(`
    query GroupNames {
  groups(first: 200) {
    nodes {
      id
      name
      description
    }
  }
}
    `) as unknown as TypedDocumentString<GroupNamesQuery, GroupNamesQueryVariables>;
export const CreateGroupDocument = new TypedDocumentString(`
    mutation CreateGroup($name: String!, $description: String!, $provider: String) {
  createGroup(
    input: {name: $name, description: $description, provider: $provider}
  ) {
    __typename
    ... on Group {
      id
      name
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CreateGroupMutation, CreateGroupMutationVariables>;
export const UpdateGroupDocument = new TypedDocumentString(`
    mutation UpdateGroup($id: ID!, $name: String!, $description: String!, $provider: String) {
  updateGroup(
    input: {id: $id, name: $name, description: $description, provider: $provider}
  ) {
    __typename
    ... on Group {
      id
      name
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<UpdateGroupMutation, UpdateGroupMutationVariables>;
export const AddGroupMemberDocument = new TypedDocumentString(`
    mutation AddGroupMember($id: ID!, $user: String!) {
  addGroupMember(id: $id, user: $user) {
    __typename
    ... on Group {
      id
      name
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<AddGroupMemberMutation, AddGroupMemberMutationVariables>;
export const RemoveGroupMemberDocument = new TypedDocumentString(`
    mutation RemoveGroupMember($id: ID!, $user: String!) {
  removeGroupMember(id: $id, user: $user) {
    __typename
    ... on Group {
      id
      name
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<RemoveGroupMemberMutation, RemoveGroupMemberMutationVariables>;
export const DeleteGroupDocument = new TypedDocumentString(`
    mutation DeleteGroup($id: ID!) {
  deleteGroup(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteGroupMutation, DeleteGroupMutationVariables>;
export const SetGroupDocument = new TypedDocumentString(`
    mutation SetGroup($project: String!, $group: String!, $role: Role) {
  setGroupRole(project: $project, group: $group, role: $role) {
    __typename
    ... on Project {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SetGroupMutation, SetGroupMutationVariables>;
export const ProvidersDocument = new TypedDocumentString(`
    query Providers {
  identityProviders {
    name
    title
    kind
    issuer
    signUp
    domains
    groups
    adminGroups
    callback
  }
}
    `) as unknown as TypedDocumentString<ProvidersQuery, ProvidersQueryVariables>;
export const ProviderCheckDocument = new TypedDocumentString(`
    query ProviderCheck($name: String!) {
  checkIdentityProvider(name: $name) {
    what
    problem
  }
}
    `) as unknown as TypedDocumentString<ProviderCheckQuery, ProviderCheckQueryVariables>;
export const ViewAsDocument = new TypedDocumentString(`
    mutation ViewAs($id: ID!) {
  impersonateUser(id: $id) {
    __typename
    ...ProblemFields
    ... on User {
      id
      name
    }
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<ViewAsMutation, ViewAsMutationVariables>;
export const PersonWaysDocument = new TypedDocumentString(`
    query PersonWays($id: ID!) {
  user(id: $id) {
    id
    sessions {
      id
      agent
      seenAt
    }
    tokens {
      id
      name
      ending
      usedAt
      revokedAt
    }
  }
}
    `) as unknown as TypedDocumentString<PersonWaysQuery, PersonWaysQueryVariables>;
export const PipelinesDocument = new TypedDocumentString(`
    query Pipelines($project: String, $search: String!, $sort: PipelineSort!, $after: String) {
  pipelines(project: $project, search: $search, sort: $sort, after: $after) {
    nodes {
      id
      name
      description
      latest
      changedAt
      runCount
      recentRuns
      viewerCanRun
      project {
        id
        name
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<PipelinesQuery, PipelinesQueryVariables>;
export const PipelinePageDocument = new TypedDocumentString(`
    query PipelinePage($project: String!, $name: String!) {
  project(key: $project) {
    id
    name
    viewerCanRun
    pipeline(name: $name) {
      id
      name
      description
      latest
      createdAt
      changedAt
      runCount
      recentRuns
      stepDurations {
        step
        medianSeconds
      }
      viewerCanRun
      layout {
        step
        x
        y
      }
      draft {
        definition
        baseVersion
        changedAt
      }
      version {
        id
        number
        createdAt
        author {
          id
          name
        }
        definition
        yaml
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PipelinePageQuery, PipelinePageQueryVariables>;
export const PipelineRunsDocument = new TypedDocumentString(`
    query PipelineRuns($id: ID!, $after: String) {
  pipeline(id: $id) {
    id
    runs(after: $after, first: 50) {
      nodes {
        ...RunRow
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<PipelineRunsQuery, PipelineRunsQueryVariables>;
export const VersionsDocument = new TypedDocumentString(`
    query Versions($id: ID!, $after: String) {
  pipeline(id: $id) {
    id
    versions(after: $after, first: 50) {
      nodes {
        id
        number
        createdAt
        author {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `) as unknown as TypedDocumentString<VersionsQuery, VersionsQueryVariables>;
export const VersionYamlDocument = new TypedDocumentString(`
    query VersionYaml($id: ID!, $number: Int) {
  pipeline(id: $id) {
    id
    version(number: $number) {
      id
      number
      yaml
      definition
    }
  }
}
    `) as unknown as TypedDocumentString<VersionYamlQuery, VersionYamlQueryVariables>;
export const SavePipelineDocument = new TypedDocumentString(`
    mutation SavePipeline($input: SavePipelineInput!) {
  savePipeline(input: $input) {
    __typename
    ... on SavedPipeline {
      changed
      pipeline {
        id
        name
        latest
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SavePipelineMutation, SavePipelineMutationVariables>;
export const SavePipelineDraftDocument = new TypedDocumentString(`
    mutation SavePipelineDraft($input: SavePipelineDraftInput!) {
  savePipelineDraft(input: $input) {
    __typename
    ... on Pipeline {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SavePipelineDraftMutation, SavePipelineDraftMutationVariables>;
export const DiscardPipelineDraftDocument = new TypedDocumentString(`
    mutation DiscardPipelineDraft($pipeline: ID!) {
  discardPipelineDraft(pipeline: $pipeline) {
    __typename
    ... on Pipeline {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DiscardPipelineDraftMutation, DiscardPipelineDraftMutationVariables>;
export const SetPipelineLayoutDocument = new TypedDocumentString(`
    mutation SetPipelineLayout($input: SetPipelineLayoutInput!) {
  setPipelineLayout(input: $input) {
    __typename
    ... on Pipeline {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SetPipelineLayoutMutation, SetPipelineLayoutMutationVariables>;
export const DeletePipelineDocument = new TypedDocumentString(`
    mutation DeletePipeline($id: ID!) {
  deletePipeline(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeletePipelineMutation, DeletePipelineMutationVariables>;
export const PipelineStepsDocument = new TypedDocumentString(`
    query PipelineSteps($id: ID!) {
  pipeline(id: $id) {
    id
    runs(first: 10) {
      nodes {
        id
        steps {
          id
          name
          state
          itemCount
        }
      }
    }
  }
}
    `) as unknown as TypedDocumentString<PipelineStepsQuery, PipelineStepsQueryVariables>;
export const StepFilesDocument = new TypedDocumentString(`
    query StepFiles($id: ID!) {
  step(id: $id) {
    id
    itemCount
    artifacts {
      id
      path
    }
    items(first: 1) {
      id
      item
      artifacts {
        id
        path
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StepFilesQuery, StepFilesQueryVariables>;
export const CheckPipelineDocument = new TypedDocumentString(`
    query CheckPipeline($project: String!, $definition: JSON, $yaml: String) {
  checkPipeline(project: $project, definition: $definition, yaml: $yaml) {
    faults {
      ...FaultFields
    }
  }
}
    fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CheckPipelineQuery, CheckPipelineQueryVariables>;
export const ProjectsDocument = new TypedDocumentString(`
    query Projects($after: String, $archived: Boolean!) {
  projects(after: $after, archived: $archived) {
    nodes {
      id
      name
      description
      cluster
      createdAt
      viewerRole
      members {
        role
        user {
          id
          name
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<ProjectsQuery, ProjectsQueryVariables>;
export const ProjectDocument = new TypedDocumentString(`
    query Project($key: String!) {
  clusters {
    name
    kind
  }
  project(key: $key) {
    id
    name
    description
    cluster
    clusters
    placement
    namespaces {
      run
      build
      notebook
      service
    }
    nodeGroup
    createdAt
    archivedAt
    viewerRole
    viewerCanManage
    viewerCanRestore
    members {
      role
      user {
        id
        name
        email
      }
    }
    groups {
      role
      group {
        id
        name
        description
      }
    }
    invitations {
      id
      role
      email
      createdAt
      expiresAt
      author {
        id
        name
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ProjectQuery, ProjectQueryVariables>;
export const ProjectContentsDocument = new TypedDocumentString(`
    query ProjectContents($key: String!) {
  projectContents(key: $key) {
    counts {
      kind
      count
    }
    running
  }
}
    `) as unknown as TypedDocumentString<ProjectContentsQuery, ProjectContentsQueryVariables>;
export const ArchiveProjectDocument = new TypedDocumentString(`
    mutation ArchiveProject($id: ID!) {
  archiveProject(id: $id) {
    __typename
    ... on Project {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<ArchiveProjectMutation, ArchiveProjectMutationVariables>;
export const RestoreProjectDocument = new TypedDocumentString(`
    mutation RestoreProject($id: ID!) {
  restoreProject(id: $id) {
    __typename
    ... on Project {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<RestoreProjectMutation, RestoreProjectMutationVariables>;
export const DeleteProjectDocument = new TypedDocumentString(`
    mutation DeleteProject($id: ID!, $name: String!) {
  deleteProject(id: $id, name: $name) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteProjectMutation, DeleteProjectMutationVariables>;
export const CreateProjectDocument = new TypedDocumentString(`
    mutation CreateProject($name: String!, $description: String!) {
  createProject(input: {name: $name, description: $description}) {
    __typename
    ... on Project {
      id
      name
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CreateProjectMutation, CreateProjectMutationVariables>;
export const UpdateProjectDocument = new TypedDocumentString(`
    mutation UpdateProject($id: ID!, $description: String, $name: String, $cluster: String, $clusters: [String!], $placement: Placement, $namespaces: ProjectNamespacesInput, $nodeGroup: String) {
  updateProject(
    input: {id: $id, description: $description, name: $name, cluster: $cluster, clusters: $clusters, placement: $placement, namespaces: $namespaces, nodeGroup: $nodeGroup}
  ) {
    __typename
    ... on Project {
      id
      name
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<UpdateProjectMutation, UpdateProjectMutationVariables>;
export const SetMemberDocument = new TypedDocumentString(`
    mutation SetMember($project: String!, $user: String!, $role: Role!) {
  setMember(project: $project, user: $user, role: $role) {
    __typename
    ... on Project {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SetMemberMutation, SetMemberMutationVariables>;
export const RemoveMemberDocument = new TypedDocumentString(`
    mutation RemoveMember($project: String!, $user: String!) {
  removeMember(project: $project, user: $user) {
    __typename
    ... on Project {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<RemoveMemberMutation, RemoveMemberMutationVariables>;
export const SecretsDocument = new TypedDocumentString(`
    query Secrets($key: String!) {
  project(key: $key) {
    id
    viewerCanMaintain
    secrets {
      id
      name
      description
      changedAt
      changedBy {
        id
        name
      }
      usedBy
    }
  }
}
    `) as unknown as TypedDocumentString<SecretsQuery, SecretsQueryVariables>;
export const SaveSecretDocument = new TypedDocumentString(`
    mutation SaveSecret($project: String!, $name: String!, $value: String, $description: String) {
  saveSecret(
    input: {project: $project, name: $name, value: $value, description: $description}
  ) {
    __typename
    ... on Secret {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SaveSecretMutation, SaveSecretMutationVariables>;
export const DeleteSecretDocument = new TypedDocumentString(`
    mutation DeleteSecret($project: String!, $name: String!, $force: Boolean!) {
  deleteSecret(project: $project, name: $name, force: $force) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteSecretMutation, DeleteSecretMutationVariables>;
export const ProjectInvitationDocument = new TypedDocumentString(`
    query ProjectInvitation($secret: String!) {
  projectInvitation(secret: $secret) {
    project
    role
    author
    email
    expiresAt
    accepted
    signsUp
  }
}
    `) as unknown as TypedDocumentString<ProjectInvitationQuery, ProjectInvitationQueryVariables>;
export const InviteToProjectDocument = new TypedDocumentString(`
    mutation InviteToProject($project: String!, $role: Role!, $email: String, $days: Int!) {
  inviteToProject(
    input: {project: $project, role: $role, email: $email, days: $days}
  ) {
    __typename
    ...ProblemFields
    ... on NewProjectInvitation {
      id
      url
    }
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<InviteToProjectMutation, InviteToProjectMutationVariables>;
export const WithdrawInvitationDocument = new TypedDocumentString(`
    mutation WithdrawInvitation($id: ID!) {
  revokeInvitation(id: $id) {
    __typename
    ...ProblemFields
    ... on Done {
      id
    }
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<WithdrawInvitationMutation, WithdrawInvitationMutationVariables>;
export const AcceptInvitationDocument = new TypedDocumentString(`
    mutation AcceptInvitation($secret: String!) {
  acceptInvitation(secret: $secret) {
    __typename
    ...ProblemFields
    ... on Project {
      id
      name
    }
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<AcceptInvitationMutation, AcceptInvitationMutationVariables>;
export const ProjectQuotaDocument = new TypedDocumentString(`
    query ProjectQuota($key: String!) {
  viewer {
    id
    admin
  }
  project(key: $key) {
    id
    name
    quota {
      own
      queue
      limits {
        ...AmountWhole
      }
      used {
        ...AmountWhole
      }
      holders {
        kind
        ownerId
        waits
        at
        amount {
          ...AmountWhole
        }
        user {
          id
          name
        }
      }
    }
  }
}
    fragment AmountWhole on QuotaAmount {
  cpu
  memory
  gpu
  pods
  notebooks
  gpusByType {
    type
    count
  }
  storage
}`) as unknown as TypedDocumentString<ProjectQuotaQuery, ProjectQuotaQueryVariables>;
export const QuotasDocument = new TypedDocumentString(`
    query Quotas {
  quotas {
    scope
    queue
    changedAt
    project
    user
    limits {
      ...AmountWhole
    }
  }
}
    fragment AmountWhole on QuotaAmount {
  cpu
  memory
  gpu
  pods
  notebooks
  gpusByType {
    type
    count
  }
  storage
}`) as unknown as TypedDocumentString<QuotasQuery, QuotasQueryVariables>;
export const SetQuotaDocument = new TypedDocumentString(`
    mutation SetQuota($target: QuotaTargetInput!, $limits: QuotaLimitsInput!, $queue: Boolean!) {
  setQuota(input: {target: $target, limits: $limits, queue: $queue}) {
    __typename
    ... on Quota {
      own
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SetQuotaMutation, SetQuotaMutationVariables>;
export const RunDocument = new TypedDocumentString(`
    query Run($id: ID!) {
  run(id: $id) {
    ...RunWhole
    pipeline {
      id
      name
      latest
      stepDurations {
        step
        medianSeconds
      }
      layout {
        step
        x
        y
      }
      project {
        id
        name
        clusters
      }
    }
  }
}
    fragment StepRow on Step {
  id
  name
  item
  state
  attempt
  reason
  explanation
  value
  itemCount
  outputs
  needs
  cacheReason
  startedAt
  finishedAt
  podId
}
fragment RunWhole on Run {
  ...RunRow
  skippedClusters {
    cluster
    reason
  }
  params
  expectedEnd {
    median
    p90
  }
  version {
    id
    number
  }
  steps {
    ...StepRow
  }
}
fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<RunQuery, RunQueryVariables>;
export const RunChangedDocument = new TypedDocumentString(`
    subscription RunChanged($id: ID!, $since: String) {
  runChanged(id: $id, since: $since) {
    cursor
    run {
      ...RunWhole
    }
  }
}
    fragment StepRow on Step {
  id
  name
  item
  state
  attempt
  reason
  explanation
  value
  itemCount
  outputs
  needs
  cacheReason
  startedAt
  finishedAt
  podId
}
fragment RunWhole on Run {
  ...RunRow
  skippedClusters {
    cluster
    reason
  }
  params
  expectedEnd {
    median
    p90
  }
  version {
    id
    number
  }
  steps {
    ...StepRow
  }
}
fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<RunChangedSubscription, RunChangedSubscriptionVariables>;
export const StepWholeDocument = new TypedDocumentString(`
    query StepWhole($id: ID!) {
  step(id: $id) {
    ...StepRow
    mlflow
    warnings
    omittedFiles
    cachedFrom {
      id
      runId
      name
      item
    }
    pods {
      ...PodRow
    }
    artifacts {
      id
      path
      size
      sha256
      mediaType
      url
    }
  }
}
    fragment StepRow on Step {
  id
  name
  item
  state
  attempt
  reason
  explanation
  value
  itemCount
  outputs
  needs
  cacheReason
  startedAt
  finishedAt
  podId
}
fragment PodRow on Pod {
  id
  attempt
  item
  role
  rank
  state
  reason
  explanation
  machine
  runtime
  cpu
  memory
  gpus
  createdAt
  startedAt
  finishedAt
  exitCode
  signal
  cpuSeconds
  peakCpu
  peakMemory
  logSize
  logDone
}`) as unknown as TypedDocumentString<StepWholeQuery, StepWholeQueryVariables>;
export const StepInvocationDocument = new TypedDocumentString(`
    query StepInvocation($id: ID!) {
  step(id: $id) {
    id
    invocation
  }
}
    `) as unknown as TypedDocumentString<StepInvocationQuery, StepInvocationQueryVariables>;
export const StepFanDocument = new TypedDocumentString(`
    query StepFan($id: ID!, $after: Int!) {
  step(id: $id) {
    id
    items(after: $after, first: 200) {
      ...StepRow
    }
  }
}
    fragment StepRow on Step {
  id
  name
  item
  state
  attempt
  reason
  explanation
  value
  itemCount
  outputs
  needs
  cacheReason
  startedAt
  finishedAt
  podId
}`) as unknown as TypedDocumentString<StepFanQuery, StepFanQueryVariables>;
export const StepFanUseDocument = new TypedDocumentString(`
    query StepFanUse($id: ID!, $after: Int!) {
  step(id: $id) {
    id
    items(after: $after, first: 200) {
      id
      item
      state
      pod {
        id
        cpu
        memory
        cpuSeconds
        peakCpu
        peakMemory
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StepFanUseQuery, StepFanUseQueryVariables>;
export const PodUsageDocument = new TypedDocumentString(`
    query PodUsage($id: ID!) {
  pod(id: $id) {
    id
    usage
    memory
    cpu
  }
}
    `) as unknown as TypedDocumentString<PodUsageQuery, PodUsageQueryVariables>;
export const PodEventsDocument = new TypedDocumentString(`
    query PodEvents($id: ID!) {
  pod(id: $id) {
    id
    manifest
    events {
      at
      bad
      reason
      explanation
      count
    }
  }
}
    `) as unknown as TypedDocumentString<PodEventsQuery, PodEventsQueryVariables>;
export const PodUsedDocument = new TypedDocumentString(`
    subscription PodUsed($id: ID!) {
  podUsed(id: $id)
}
    `) as unknown as TypedDocumentString<PodUsedSubscription, PodUsedSubscriptionVariables>;
export const PodChangedDocument = new TypedDocumentString(`
    subscription PodChanged($id: ID!) {
  podChanged(id: $id) {
    ...PodRow
    usage
  }
}
    fragment PodRow on Pod {
  id
  attempt
  item
  role
  rank
  state
  reason
  explanation
  machine
  runtime
  cpu
  memory
  gpus
  createdAt
  startedAt
  finishedAt
  exitCode
  signal
  cpuSeconds
  peakCpu
  peakMemory
  logSize
  logDone
}`) as unknown as TypedDocumentString<PodChangedSubscription, PodChangedSubscriptionVariables>;
export const RunMetricsDocument = new TypedDocumentString(`
    query RunMetrics($id: ID!, $step: String, $item: Int, $names: [String!], $from: Float, $to: Float, $points: Int!) {
  run(id: $id) {
    id
    metrics(
      step: $step
      item: $item
      names: $names
      from: $from
      to: $to
      points: $points
    ) {
      step
      item
      name
      count
      low
      high
      last
      points
      exact
    }
  }
}
    `) as unknown as TypedDocumentString<RunMetricsQuery, RunMetricsQueryVariables>;
export const PodLogIndexDocument = new TypedDocumentString(`
    query PodLogIndex($id: ID!) {
  pod(id: $id) {
    id
    logIndex
    logDone
  }
}
    `) as unknown as TypedDocumentString<PodLogIndexQuery, PodLogIndexQueryVariables>;
export const LogPartDocument = new TypedDocumentString(`
    query LogPart($pod: ID!, $since: Long!, $first: Int!) {
  log(pod: $pod, since: $since, first: $first) {
    start
    cursor
    text
    stamps
    done
  }
}
    `) as unknown as TypedDocumentString<LogPartQuery, LogPartQueryVariables>;
export const LogSearchDocument = new TypedDocumentString(`
    query LogSearch($id: ID!, $text: String!) {
  pod(id: $id) {
    id
    logSearch(text: $text, first: 5000)
  }
}
    `) as unknown as TypedDocumentString<LogSearchQuery, LogSearchQueryVariables>;
export const LogErrorsDocument = new TypedDocumentString(`
    query LogErrors($id: ID!) {
  pod(id: $id) {
    id
    logSearch(errors: true, first: 5000)
  }
}
    `) as unknown as TypedDocumentString<LogErrorsQuery, LogErrorsQueryVariables>;
export const LogsDocument = new TypedDocumentString(`
    subscription Logs($pod: ID!, $since: Long!) {
  logs(pod: $pod, since: $since) {
    start
    cursor
    text
    stamps
    done
  }
}
    `) as unknown as TypedDocumentString<LogsSubscription, LogsSubscriptionVariables>;
export const RunUsageDocument = new TypedDocumentString(`
    subscription RunUsage($id: ID!) {
  runUsage(id: $id) {
    pods
  }
}
    `) as unknown as TypedDocumentString<RunUsageSubscription, RunUsageSubscriptionVariables>;
export const CreateNotebookFromStepDocument = new TypedDocumentString(`
    mutation CreateNotebookFromStep($run: ID!, $step: String!, $item: Int) {
  createNotebookFromStep(run: $run, step: $step, item: $item) {
    __typename
    ... on Notebook {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CreateNotebookFromStepMutation, CreateNotebookFromStepMutationVariables>;
export const RunsDocument = new TypedDocumentString(`
    query Runs($project: String, $pipeline: ID, $states: [RunState!], $author: String, $search: String!, $since: DateTime, $until: DateTime, $params: JSON, $after: String) {
  runs(
    project: $project
    pipeline: $pipeline
    states: $states
    author: $author
    search: $search
    since: $since
    until: $until
    params: $params
    after: $after
    first: 50
  ) {
    nodes {
      ...RunRow
      params
      pipeline {
        id
        project {
          id
          name
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<RunsQuery, RunsQueryVariables>;
export const CancelRunDocument = new TypedDocumentString(`
    mutation CancelRun($id: ID!) {
  cancelRun(id: $id) {
    __typename
    ... on Run {
      ...RunRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment RunRow on Run {
  id
  number
  state
  reason
  explanation
  cluster
  placed
  priority
  packedStepStates
  counts {
    state
    count
  }
  createdAt
  startedAt
  finishedAt
  projectId
  pipelineId
  retryOf
  viewerCanCancel
  viewerCanRetry
  viewerCanDelete
  viewerCanPin
  pinned
  pipeline {
    id
    name
  }
  author {
    id
    name
  }
}`) as unknown as TypedDocumentString<CancelRunMutation, CancelRunMutationVariables>;
export const SetRunPinnedDocument = new TypedDocumentString(`
    mutation SetRunPinned($id: ID!, $pinned: Boolean!) {
  setRunPinned(id: $id, pinned: $pinned) {
    __typename
    ... on Run {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SetRunPinnedMutation, SetRunPinnedMutationVariables>;
export const DeleteRunsDocument = new TypedDocumentString(`
    mutation DeleteRuns($ids: [ID!]!) {
  deleteRuns(ids: $ids) {
    __typename
    ... on DeletedRuns {
      ids
      deletedBytes
      faults {
        path
        reason
        message
      }
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteRunsMutation, DeleteRunsMutationVariables>;
export const RetryRunDocument = new TypedDocumentString(`
    mutation RetryRun($id: ID!, $cluster: String) {
  retryRun(id: $id, cluster: $cluster) {
    __typename
    ... on Run {
      id
      number
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<RetryRunMutation, RetryRunMutationVariables>;
export const MoveRunDocument = new TypedDocumentString(`
    mutation MoveRun($id: ID!, $cluster: String!) {
  moveRun(id: $id, cluster: $cluster) {
    __typename
    ... on Run {
      id
      number
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<MoveRunMutation, MoveRunMutationVariables>;
export const ContinueRunDocument = new TypedDocumentString(`
    mutation ContinueRun($id: ID!, $cluster: String) {
  continueRun(id: $id, cluster: $cluster) {
    __typename
    ... on Run {
      id
      number
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<ContinueRunMutation, ContinueRunMutationVariables>;
export const PreflightRunDocument = new TypedDocumentString(`
    query PreflightRun($pipeline: ID!, $params: JSON, $version: Int, $cache: Boolean!, $cluster: String) {
  preflightRun(
    pipeline: $pipeline
    params: $params
    version: $version
    cache: $cache
    cluster: $cluster
  ) {
    cluster
    skippedClusters {
      cluster
      reason
    }
    verdict
    explanation
    problems
    warnings
    objects
    digest
    lastRunNumber
    changes
  }
}
    `) as unknown as TypedDocumentString<PreflightRunQuery, PreflightRunQueryVariables>;
export const StartRunDocument = new TypedDocumentString(`
    mutation StartRun($pipeline: ID!, $params: JSON, $version: Int, $cache: Boolean!, $priority: Int!, $cluster: String, $preflightDigest: String) {
  startRun(
    pipeline: $pipeline
    params: $params
    version: $version
    cache: $cache
    priority: $priority
    cluster: $cluster
    preflightDigest: $preflightDigest
  ) {
    __typename
    ... on Run {
      id
      number
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<StartRunMutation, StartRunMutationVariables>;
export const PlanRunDocument = new TypedDocumentString(`
    query PlanRun($pipeline: ID!, $params: JSON, $run: ID) {
  planRun(pipeline: $pipeline, params: $params, run: $run) {
    step
    cached
    reason
    cpu
    memory
    gpu
  }
}
    `) as unknown as TypedDocumentString<PlanRunQuery, PlanRunQueryVariables>;
export const StartFormDocument = new TypedDocumentString(`
    query StartForm($pipeline: ID!) {
  pipeline(id: $pipeline) {
    id
    name
    latest
    stepDurations {
      step
      medianSeconds
    }
    project {
      id
      name
      cluster
      clusters
      placement
    }
    version {
      id
      number
      definition
    }
    runs(first: 1) {
      nodes {
        id
        params
      }
    }
  }
}
    `) as unknown as TypedDocumentString<StartFormQuery, StartFormQueryVariables>;
export const ChangedDocument = new TypedDocumentString(`
    subscription Changed {
  changed {
    cursor
    kind
    id
  }
}
    `) as unknown as TypedDocumentString<ChangedSubscription, ChangedSubscriptionVariables>;
export const SchedulesDocument = new TypedDocumentString(`
    query Schedules($pipeline: ID!) {
  schedules(pipeline: $pipeline, first: 50) {
    nodes {
      ...ScheduleRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
  pipeline(id: $pipeline) {
    id
    project {
      id
      cluster
      clusters
    }
    version {
      id
      definition
    }
  }
}
    fragment ScheduleRow on Schedule {
  id
  name
  spec {
    cron
    timezone
    params
    cluster
    cache
    catchUpPolicy
    maxActiveRuns
    concurrencyPolicy
    startsAt
    endsAt
  }
  paused
  nextAt
  upcoming
  viewerCanChange
  runAs {
    id
    name
  }
  ticks {
    at
    state
    message
    runId
    runNumber
    runState
  }
}`) as unknown as TypedDocumentString<SchedulesQuery, SchedulesQueryVariables>;
export const PreviewScheduleDocument = new TypedDocumentString(`
    query PreviewSchedule($spec: ScheduleSpecInput!) {
  previewSchedule(spec: $spec) {
    upcoming
    catchUpRuns
  }
}
    `) as unknown as TypedDocumentString<PreviewScheduleQuery, PreviewScheduleQueryVariables>;
export const CreateScheduleDocument = new TypedDocumentString(`
    mutation CreateSchedule($input: CreateScheduleInput!) {
  createSchedule(input: $input) {
    __typename
    ... on Schedule {
      ...ScheduleRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment ScheduleRow on Schedule {
  id
  name
  spec {
    cron
    timezone
    params
    cluster
    cache
    catchUpPolicy
    maxActiveRuns
    concurrencyPolicy
    startsAt
    endsAt
  }
  paused
  nextAt
  upcoming
  viewerCanChange
  runAs {
    id
    name
  }
  ticks {
    at
    state
    message
    runId
    runNumber
    runState
  }
}`) as unknown as TypedDocumentString<CreateScheduleMutation, CreateScheduleMutationVariables>;
export const UpdateScheduleDocument = new TypedDocumentString(`
    mutation UpdateSchedule($input: UpdateScheduleInput!) {
  updateSchedule(input: $input) {
    __typename
    ... on Schedule {
      ...ScheduleRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment ScheduleRow on Schedule {
  id
  name
  spec {
    cron
    timezone
    params
    cluster
    cache
    catchUpPolicy
    maxActiveRuns
    concurrencyPolicy
    startsAt
    endsAt
  }
  paused
  nextAt
  upcoming
  viewerCanChange
  runAs {
    id
    name
  }
  ticks {
    at
    state
    message
    runId
    runNumber
    runState
  }
}`) as unknown as TypedDocumentString<UpdateScheduleMutation, UpdateScheduleMutationVariables>;
export const PauseScheduleDocument = new TypedDocumentString(`
    mutation PauseSchedule($id: ID!) {
  pauseSchedule(id: $id) {
    __typename
    ... on Schedule {
      ...ScheduleRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment ScheduleRow on Schedule {
  id
  name
  spec {
    cron
    timezone
    params
    cluster
    cache
    catchUpPolicy
    maxActiveRuns
    concurrencyPolicy
    startsAt
    endsAt
  }
  paused
  nextAt
  upcoming
  viewerCanChange
  runAs {
    id
    name
  }
  ticks {
    at
    state
    message
    runId
    runNumber
    runState
  }
}`) as unknown as TypedDocumentString<PauseScheduleMutation, PauseScheduleMutationVariables>;
export const ResumeScheduleDocument = new TypedDocumentString(`
    mutation ResumeSchedule($id: ID!) {
  resumeSchedule(id: $id) {
    __typename
    ... on Schedule {
      ...ScheduleRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment ScheduleRow on Schedule {
  id
  name
  spec {
    cron
    timezone
    params
    cluster
    cache
    catchUpPolicy
    maxActiveRuns
    concurrencyPolicy
    startsAt
    endsAt
  }
  paused
  nextAt
  upcoming
  viewerCanChange
  runAs {
    id
    name
  }
  ticks {
    at
    state
    message
    runId
    runNumber
    runState
  }
}`) as unknown as TypedDocumentString<ResumeScheduleMutation, ResumeScheduleMutationVariables>;
export const DeleteScheduleDocument = new TypedDocumentString(`
    mutation DeleteSchedule($id: ID!) {
  deleteSchedule(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteScheduleMutation, DeleteScheduleMutationVariables>;
export const AllSchedulesDocument = new TypedDocumentString(`
    query AllSchedules($project: String, $after: String) {
  schedules(project: $project, after: $after, first: 50) {
    nodes {
      ...ScheduleRow
      pipeline {
        id
        name
        project {
          id
          name
        }
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ScheduleRow on Schedule {
  id
  name
  spec {
    cron
    timezone
    params
    cluster
    cache
    catchUpPolicy
    maxActiveRuns
    concurrencyPolicy
    startsAt
    endsAt
  }
  paused
  nextAt
  upcoming
  viewerCanChange
  runAs {
    id
    name
  }
  ticks {
    at
    state
    message
    runId
    runNumber
    runState
  }
}`) as unknown as TypedDocumentString<AllSchedulesQuery, AllSchedulesQueryVariables>;
export const SearchesDocument = new TypedDocumentString(`
    query Searches($project: String, $search: String!, $after: String) {
  searches(project: $project, search: $search, after: $after, first: 50) {
    nodes {
      ...SearchRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<SearchesQuery, SearchesQueryVariables>;
export const SearchDocument = new TypedDocumentString(`
    query Search($id: ID!) {
  search(id: $id) {
    ...SearchRow
    trials
  }
}
    fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<SearchQuery, SearchQueryVariables>;
export const SearchDeepDocument = new TypedDocumentString(`
    query SearchDeep($id: ID!) {
  search(id: $id) {
    id
    parameterImportance
    paretoFront
    intermediateValues
  }
}
    `) as unknown as TypedDocumentString<SearchDeepQuery, SearchDeepQueryVariables>;
export const CheckSearchDocument = new TypedDocumentString(`
    query CheckSearch($spec: SearchSpecInput!) {
  checkSearch(spec: $spec) {
    samplePoints
    trialCount
    faults {
      ...FaultFields
    }
  }
}
    fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CheckSearchQuery, CheckSearchQueryVariables>;
export const SearchFormDocument = new TypedDocumentString(`
    query SearchForm($pipeline: ID!) {
  pipeline(id: $pipeline) {
    id
    name
    latest
    project {
      id
      name
      cluster
      clusters
    }
    version {
      id
      number
      definition
    }
  }
}
    `) as unknown as TypedDocumentString<SearchFormQuery, SearchFormQueryVariables>;
export const SearchPipelinesDocument = new TypedDocumentString(`
    query SearchPipelines($project: String!) {
  project(key: $project) {
    id
    viewerCanRun
    pipelines(sort: CHANGED, first: 100) {
      nodes {
        id
        name
        latest
      }
    }
  }
}
    `) as unknown as TypedDocumentString<SearchPipelinesQuery, SearchPipelinesQueryVariables>;
export const CreateSearchDocument = new TypedDocumentString(`
    mutation CreateSearch($input: CreateSearchInput!) {
  createSearch(input: $input) {
    __typename
    ... on Search {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CreateSearchMutation, CreateSearchMutationVariables>;
export const PauseSearchDocument = new TypedDocumentString(`
    mutation PauseSearch($id: ID!) {
  pauseSearch(id: $id) {
    __typename
    ... on Search {
      ...SearchRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<PauseSearchMutation, PauseSearchMutationVariables>;
export const ResumeSearchDocument = new TypedDocumentString(`
    mutation ResumeSearch($id: ID!) {
  resumeSearch(id: $id) {
    __typename
    ... on Search {
      ...SearchRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<ResumeSearchMutation, ResumeSearchMutationVariables>;
export const StopSearchDocument = new TypedDocumentString(`
    mutation StopSearch($id: ID!) {
  stopSearch(id: $id) {
    __typename
    ... on Search {
      ...SearchRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<StopSearchMutation, StopSearchMutationVariables>;
export const ExtendSearchDocument = new TypedDocumentString(`
    mutation ExtendSearch($id: ID!, $trials: Int!, $parallelism: Int) {
  extendSearch(id: $id, trials: $trials, parallelism: $parallelism) {
    __typename
    ... on Search {
      ...SearchRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<ExtendSearchMutation, ExtendSearchMutationVariables>;
export const StopTrialsDocument = new TypedDocumentString(`
    mutation StopTrials($id: ID!, $numbers: [Int!]!) {
  stopTrials(id: $id, numbers: $numbers) {
    __typename
    ... on Search {
      ...SearchRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<StopTrialsMutation, StopTrialsMutationVariables>;
export const DeleteSearchDocument = new TypedDocumentString(`
    mutation DeleteSearch($id: ID!) {
  deleteSearch(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteSearchMutation, DeleteSearchMutationVariables>;
export const SearchChangedDocument = new TypedDocumentString(`
    subscription SearchChanged($id: ID!) {
  searchChanged(id: $id) {
    cursor
    id
    search {
      ...SearchRow
      trials
    }
  }
}
    fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<SearchChangedSubscription, SearchChangedSubscriptionVariables>;
export const BestFilesDocument = new TypedDocumentString(`
    query BestFiles($run: ID!) {
  run(id: $run) {
    id
    steps {
      id
      name
      item
      artifacts {
        path
        size
      }
    }
  }
}
    `) as unknown as TypedDocumentString<BestFilesQuery, BestFilesQueryVariables>;
export const SearchEnginesDocument = new TypedDocumentString(`
    query SearchEngines {
  searchEngines {
    name
    title
    algorithms
    requiresKubernetes
  }
}
    `) as unknown as TypedDocumentString<SearchEnginesQuery, SearchEnginesQueryVariables>;
export const RetryTrialsDocument = new TypedDocumentString(`
    mutation RetryTrials($id: ID!, $numbers: [Int!]!) {
  retryTrials(id: $id, numbers: $numbers) {
    __typename
    ... on Search {
      ...SearchRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<RetryTrialsMutation, RetryTrialsMutationVariables>;
export const ExploreAroundTrialsDocument = new TypedDocumentString(`
    mutation ExploreAroundTrials($id: ID!, $numbers: [Int!]!, $count: Int!) {
  exploreAroundTrials(id: $id, numbers: $numbers, count: $count) {
    __typename
    ... on Search {
      ...SearchRow
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}
fragment SearchSpecFields on SearchSpec {
  objectives {
    metric
    direction
    goal
  }
  parameters {
    name
    distribution {
      float {
        low
        high
        log
      }
      int {
        low
        high
        log
      }
      categorical {
        choices
      }
    }
  }
  sampler {
    name
  }
  engine {
    name
    algorithm
  }
  pruner {
    name
  }
  trials
  parallelism
}
fragment SearchRow on Search {
  id
  name
  state
  explanation
  counts {
    state
    count
  }
  bestTrial {
    number
    runId
    params
    value
  }
  spec {
    ...SearchSpecFields
  }
  cluster
  createdAt
  endedAt
  engineRunId
  pipelineVersion
  pipelineId
  pipelineName
  viewerCanUpdate
  author {
    id
    name
  }
  project {
    id
    name
  }
}`) as unknown as TypedDocumentString<ExploreAroundTrialsMutation, ExploreAroundTrialsMutationVariables>;
export const ServicesDocument = new TypedDocumentString(`
    query Services($project: String, $search: String!, $after: String) {
  services(project: $project, search: $search, after: $after, first: 50) {
    nodes {
      ...ServiceRow
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    fragment ServiceRow on Service {
  id
  name
  description
  cluster
  access
  enabled
  state
  traffic {
    revision
    weight
  }
  latestRevision
  createdAt
  viewerCanChange
  project {
    id
    name
  }
  revisions {
    id
    number
    state
    spec {
      kind
    }
    model {
      name
      number
    }
  }
}`) as unknown as TypedDocumentString<ServicesQuery, ServicesQueryVariables>;
export const ServiceDocument = new TypedDocumentString(`
    query Service($id: ID!) {
  service(id: $id) {
    ...ServiceWhole
  }
}
    fragment RevisionRow on ServiceRevision {
  id
  number
  state
  reason
  explanation
  restarted {
    at
    reason
    explanation
  }
  spec {
    kind
    resources {
      cpu
      memory
      gpu
      gpuType
      gpuShare
      devices {
        name
        count
      }
      claims {
        name
        count
      }
    }
    environment {
      requirements
      image
      root
    }
    env {
      name
      value
    }
    secrets {
      name
    }
    projectSecrets
    volumes
    replicas
    maxReplicas
    scaleMetric
    targetValue
    schedules {
      cron
      timezone
      replicas
    }
    script
    command
    readyPath
    timeoutSeconds
    idleTimeoutSeconds
    nonFinite
  }
  model {
    id
    modelId
    name
    number
    signature {
      example
    }
  }
  desiredReplicas
  readyReplicas
  stages {
    name
    at
  }
  createdAt
  requestedAt
  readyAt
  author {
    id
    name
  }
}
fragment ServiceWhole on Service {
  id
  name
  description
  cluster
  access
  enabled
  state
  traffic {
    revision
    weight
  }
  mirror
  rollout {
    revision
    kind
    steps
    step
    state
    verdicts {
      gate
      verdict
      count
      total
      share
      baseline
      thresholdSeconds
    }
    events {
      at
      message
    }
  }
  latestRevision
  createdAt
  url
  viewerCanChange
  project {
    id
    name
  }
  author {
    id
    name
  }
  keys {
    id
    name
    suffix
    requestsPerMinute
    tokensPerMinute
    usage {
      requests
      failed
      rejected
      tokens
    }
    createdAt
    author {
      id
      name
    }
  }
  revisions {
    ...RevisionRow
  }
}`) as unknown as TypedDocumentString<ServiceQuery, ServiceQueryVariables>;
export const ServiceMetricsDocument = new TypedDocumentString(`
    query ServiceMetrics($id: ID!, $minutes: Int!) {
  service(id: $id) {
    id
    metrics(minutes: $minutes) {
      intervalSeconds
      revisions {
        revision
        points
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ServiceMetricsQuery, ServiceMetricsQueryVariables>;
export const ServicePodsDocument = new TypedDocumentString(`
    query ServicePods($id: ID!) {
  service(id: $id) {
    id
    replicas {
      revision
      pod {
        ...PodRow
      }
    }
  }
}
    fragment PodRow on Pod {
  id
  attempt
  item
  role
  rank
  state
  reason
  explanation
  machine
  runtime
  cpu
  memory
  gpus
  createdAt
  startedAt
  finishedAt
  exitCode
  signal
  cpuSeconds
  peakCpu
  peakMemory
  logSize
  logDone
}`) as unknown as TypedDocumentString<ServicePodsQuery, ServicePodsQueryVariables>;
export const ServiceKindsDocument = new TypedDocumentString(`
    query ServiceKinds($cluster: String) {
  serviceKinds(cluster: $cluster) {
    kind
    title
    description
    requiresModel
    image
    frameworks
    unavailableReason
  }
}
    `) as unknown as TypedDocumentString<ServiceKindsQuery, ServiceKindsQueryVariables>;
export const ServicePlacesDocument = new TypedDocumentString(`
    query ServicePlaces($key: String!) {
  clusters {
    name
    kind
  }
  project(key: $key) {
    id
    name
    cluster
    clusters
    viewerCanRun
  }
  models(project: $key, first: 100) {
    nodes {
      id
      name
      aliases {
        name
        number
      }
      versions {
        id
        number
        framework
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ServicePlacesQuery, ServicePlacesQueryVariables>;
export const ServicePreflightDocument = new TypedDocumentString(`
    query ServicePreflight($project: String!, $spec: ServiceSpecInput!, $model: String, $cluster: String) {
  preflightService(
    project: $project
    spec: $spec
    model: $model
    cluster: $cluster
  ) {
    verdict
    explanation
    problems
    warnings
  }
}
    `) as unknown as TypedDocumentString<ServicePreflightQuery, ServicePreflightQueryVariables>;
export const CreateServiceDocument = new TypedDocumentString(`
    mutation CreateService($input: CreateServiceInput!) {
  createService(input: $input) {
    __typename
    ... on Service {
      id
      name
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CreateServiceMutation, CreateServiceMutationVariables>;
export const DeployServiceDocument = new TypedDocumentString(`
    mutation DeployService($input: DeployServiceInput!) {
  deployService(input: $input) {
    __typename
    ... on Service {
      id
      latestRevision
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeployServiceMutation, DeployServiceMutationVariables>;
export const ActivateRevisionDocument = new TypedDocumentString(`
    mutation ActivateRevision($id: ID!, $number: Int!, $strategy: RolloutStrategyInput, $force: Boolean!) {
  activateRevision(id: $id, number: $number, strategy: $strategy, force: $force) {
    __typename
    ... on Service {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<ActivateRevisionMutation, ActivateRevisionMutationVariables>;
export const SetTrafficDocument = new TypedDocumentString(`
    mutation SetTraffic($id: ID!, $traffic: [TrafficWeightInput!]!, $mirror: Int, $force: Boolean!) {
  setTraffic(id: $id, traffic: $traffic, mirror: $mirror, force: $force) {
    __typename
    ... on Service {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SetTrafficMutation, SetTrafficMutationVariables>;
export const AbortRolloutDocument = new TypedDocumentString(`
    mutation AbortRollout($id: ID!) {
  abortRollout(id: $id) {
    __typename
    ... on Service {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<AbortRolloutMutation, AbortRolloutMutationVariables>;
export const StartServiceDocument = new TypedDocumentString(`
    mutation StartService($id: ID!) {
  startService(id: $id) {
    __typename
    ... on Service {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<StartServiceMutation, StartServiceMutationVariables>;
export const StopServiceDocument = new TypedDocumentString(`
    mutation StopService($id: ID!) {
  stopService(id: $id) {
    __typename
    ... on Service {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<StopServiceMutation, StopServiceMutationVariables>;
export const UpdateServiceDocument = new TypedDocumentString(`
    mutation UpdateService($input: UpdateServiceInput!) {
  updateService(input: $input) {
    __typename
    ... on Service {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<UpdateServiceMutation, UpdateServiceMutationVariables>;
export const DeleteServiceDocument = new TypedDocumentString(`
    mutation DeleteService($id: ID!) {
  deleteService(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<DeleteServiceMutation, DeleteServiceMutationVariables>;
export const CreateServiceKeyDocument = new TypedDocumentString(`
    mutation CreateServiceKey($input: CreateServiceKeyInput!) {
  createServiceKey(input: $input) {
    __typename
    ... on NewServiceKey {
      id
      secret
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CreateServiceKeyMutation, CreateServiceKeyMutationVariables>;
export const RevokeServiceKeyDocument = new TypedDocumentString(`
    mutation RevokeServiceKey($id: ID!) {
  revokeServiceKey(id: $id) {
    __typename
    ... on Service {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<RevokeServiceKeyMutation, RevokeServiceKeyMutationVariables>;
export const OpenServiceDocument = new TypedDocumentString(`
    mutation OpenService($id: ID!) {
  openService(id: $id) {
    __typename
    ... on ServiceLink {
      url
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<OpenServiceMutation, OpenServiceMutationVariables>;
export const InvokeServiceDocument = new TypedDocumentString(`
    mutation InvokeService($id: ID!, $path: String!, $method: HttpMethod!, $body: String!, $revision: Int) {
  invokeService(
    id: $id
    path: $path
    method: $method
    body: $body
    revision: $revision
  ) {
    status
    body
    durationSeconds
    revision
  }
}
    `) as unknown as TypedDocumentString<InvokeServiceMutation, InvokeServiceMutationVariables>;
export const ServiceChangedDocument = new TypedDocumentString(`
    subscription ServiceChanged($id: ID!) {
  serviceChanged(id: $id) {
    cursor
    id
    service {
      ...ServiceWhole
    }
  }
}
    fragment RevisionRow on ServiceRevision {
  id
  number
  state
  reason
  explanation
  restarted {
    at
    reason
    explanation
  }
  spec {
    kind
    resources {
      cpu
      memory
      gpu
      gpuType
      gpuShare
      devices {
        name
        count
      }
      claims {
        name
        count
      }
    }
    environment {
      requirements
      image
      root
    }
    env {
      name
      value
    }
    secrets {
      name
    }
    projectSecrets
    volumes
    replicas
    maxReplicas
    scaleMetric
    targetValue
    schedules {
      cron
      timezone
      replicas
    }
    script
    command
    readyPath
    timeoutSeconds
    idleTimeoutSeconds
    nonFinite
  }
  model {
    id
    modelId
    name
    number
    signature {
      example
    }
  }
  desiredReplicas
  readyReplicas
  stages {
    name
    at
  }
  createdAt
  requestedAt
  readyAt
  author {
    id
    name
  }
}
fragment ServiceWhole on Service {
  id
  name
  description
  cluster
  access
  enabled
  state
  traffic {
    revision
    weight
  }
  mirror
  rollout {
    revision
    kind
    steps
    step
    state
    verdicts {
      gate
      verdict
      count
      total
      share
      baseline
      thresholdSeconds
    }
    events {
      at
      message
    }
  }
  latestRevision
  createdAt
  url
  viewerCanChange
  project {
    id
    name
  }
  author {
    id
    name
  }
  keys {
    id
    name
    suffix
    requestsPerMinute
    tokensPerMinute
    usage {
      requests
      failed
      rejected
      tokens
    }
    createdAt
    author {
      id
      name
    }
  }
  revisions {
    ...RevisionRow
  }
}`) as unknown as TypedDocumentString<ServiceChangedSubscription, ServiceChangedSubscriptionVariables>;
export const ServiceRequestsDocument = new TypedDocumentString(`
    query ServiceRequests($id: ID!, $outcome: ServiceOutcome, $caller: String!, $after: String) {
  service(id: $id) {
    id
    requests(outcome: $outcome, caller: $caller, after: $after, first: 100) {
      nodes {
        id
        at
        revision
        caller
        method
        path
        status
        outcome
        latencySeconds
        size
        tokens
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `) as unknown as TypedDocumentString<ServiceRequestsQuery, ServiceRequestsQueryVariables>;
export const ServiceRequestsChangedDocument = new TypedDocumentString(`
    subscription ServiceRequestsChanged($id: ID!) {
  serviceRequestsChanged(id: $id) {
    cursor
  }
}
    `) as unknown as TypedDocumentString<ServiceRequestsChangedSubscription, ServiceRequestsChangedSubscriptionVariables>;
export const TemplatesDocument = new TypedDocumentString(`
    query Templates($project: String) {
  templates(project: $project) {
    id
    name
    category
    title
    description
    latest
    builtin
    versions {
      number
      body
    }
  }
}
    `) as unknown as TypedDocumentString<TemplatesQuery, TemplatesQueryVariables>;
export const AllTemplatesDocument = new TypedDocumentString(`
    query AllTemplates($project: String) {
  templates(project: $project, mine: true) {
    id
    name
    category
    title
    description
    latest
    builtin
    project {
      id
      name
    }
  }
}
    `) as unknown as TypedDocumentString<AllTemplatesQuery, AllTemplatesQueryVariables>;
export const TemplateDocument = new TypedDocumentString(`
    query Template($id: ID!) {
  template(id: $id) {
    id
    name
    category
    title
    description
    latest
    builtin
    statistics {
      endedCount
      succeededCount
      medianSeconds
    }
    usedBy {
      id
      name
      project {
        id
        name
      }
    }
    versions {
      number
      createdAt
      body
    }
  }
}
    `) as unknown as TypedDocumentString<TemplateQuery, TemplateQueryVariables>;
export const SaveTemplateDocument = new TypedDocumentString(`
    mutation SaveTemplate($project: String!, $yaml: String!) {
  saveTemplate(project: $project, yaml: $yaml) {
    __typename
    ... on Template {
      id
      name
      latest
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<SaveTemplateMutation, SaveTemplateMutationVariables>;
export const TokensDocument = new TypedDocumentString(`
    query Tokens {
  tokens {
    id
    name
    ending
    createdAt
    expiresAt
    usedAt
    revokedAt
    scope
    projectId
  }
}
    `) as unknown as TypedDocumentString<TokensQuery, TokensQueryVariables>;
export const CreateTokenDocument = new TypedDocumentString(`
    mutation CreateToken($name: String!, $days: Int, $scope: TokenScope!, $project: String) {
  createToken(input: {name: $name, days: $days, scope: $scope, project: $project}) {
    __typename
    ... on NewToken {
      id
      secret
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<CreateTokenMutation, CreateTokenMutationVariables>;
export const RevokeTokenDocument = new TypedDocumentString(`
    mutation RevokeToken($id: ID!) {
  revokeToken(id: $id) {
    __typename
    ... on Done {
      id
    }
    ...ProblemFields
  }
}
    fragment ProblemFields on Problem {
  code
  problemReason: reason
  message
  problemPath: path
  hint
  params
  faults {
    ...FaultFields
  }
}
fragment FaultFields on Fault {
  code
  reason
  message
  path
  hint
  params
}`) as unknown as TypedDocumentString<RevokeTokenMutation, RevokeTokenMutationVariables>;