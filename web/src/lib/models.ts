/** Whether a file is one of those that machine learning frameworks save models in. */
export const isModelFile = (path: string): boolean =>
  /(\.(joblib|pkl|pickle|pt|pth|onnx|ubj|xgb|lgb|pb|keras|h5|safetensors|gguf)|(^|\/)MLmodel)$/i.test(path);
