"""Tests with models that need gigabytes of packages: `make test-models` installs and runs them."""
