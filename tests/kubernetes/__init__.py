"""A Kubernetes of our own for tests: strict where a real API server is strict, with a kubelet that runs
containers as processes and an operator that behaves as Argo's does."""
