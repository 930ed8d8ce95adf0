"""The synthetic practice whose day is generated, one module for each of its departments."""
