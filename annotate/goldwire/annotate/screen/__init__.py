"""The labelling screen: what keys do, how it looks, and the application around both."""
