"""Reference files: chosen by override, folder, pack or CRDS, checked, and hashed."""
