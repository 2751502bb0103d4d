import type { ModelFramework } from "@/gen/graphql";

/** Whether a file is one of those that machine learning frameworks save models in. */
export const isModelFile = (path: string): boolean =>
  /(\.(joblib|pkl|pickle|pt|pth|onnx|ubj|xgb|lgb|pb|keras|h5|safetensors|gguf)|(^|\/)MLmodel)$/i.test(path);

/** The names of frameworks as their authors write them. */
export const FRAMEWORKS: Record<ModelFramework, string> = {
  MLFLOW: "MLflow",
  SKLEARN: "scikit-learn",
  XGBOOST: "XGBoost",
  LIGHTGBM: "LightGBM",
  ONNX: "ONNX",
  TORCHSCRIPT: "TorchScript",
  TENSORFLOW: "TensorFlow",
  SAFETENSORS: "safetensors",
  OTHER: "–",
};
