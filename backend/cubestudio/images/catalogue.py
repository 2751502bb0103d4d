"""Starting points for images: what people begin with most often, as definitions to be changed. Pure."""

from typing import Any

PRESETS: tuple[dict[str, Any], ...] = (
    {
        "name": "python-data",
        "title": "Python for data science",
        "description": "pandas, NumPy, scikit-learn, and plotting. Requires no container tool locally.",
        "definition": {"pip": ["matplotlib", "numpy", "pandas", "pyarrow", "scikit-learn", "scipy"]},
    },
    {
        "name": "jupyter",
        "title": "JupyterLab",
        "description": "For notebooks on Kubernetes, with git and a compiler.",
        "definition": {
            "base": "python:3.11-slim",
            "apt": ["build-essential", "git"],
            "pip": ["ipywidgets", "jupyterlab>=4.4,<5", "pandas"],
        },
    },
    {
        "name": "pytorch",
        "title": "PyTorch",
        "description": "Based on the official PyTorch image with a matching CUDA version.",
        "definition": {
            "base": "pytorch/pytorch:2.9.1-cuda12.8-cudnn9-runtime",
            "pip": ["pandas", "tensorboard"],
        },
    },
    {
        "name": "tensorflow",
        "title": "TensorFlow",
        "description": "Based on the official TensorFlow image for GPUs.",
        "definition": {"base": "tensorflow/tensorflow:2.20.0-gpu", "pip": ["pandas"]},
    },
    {
        "name": "code-server",
        "title": "VS Code",
        "description": "For VS Code notebooks, with Python.",
        "definition": {
            "base": "codercom/code-server:4.96.4",
            "commands": [
                "sudo apt-get update",
                "sudo apt-get install -y --no-install-recommends python3 python3-venv",
            ],
        },
    },
    {
        "name": "builder",
        "title": "Image builder",
        "description": "The image for CUBE_BUILDER_IMAGE: buildah and python3.",
        "definition": {"base": "debian:trixie-slim", "apt": ["buildah", "ca-certificates", "git", "python3"]},
    },
)
"""{name, title, description, definition}."""
