"""The version of the platform, read by packaging and shown by ``survey --version``."""

VERSION = "0.1.0"
