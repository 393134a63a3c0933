"""How a notebook's kernel starts; `course.py lab` and Binder copy it to the environment."""

# TensorFlow greets with some lines about the processor, in C, past Python: in a notebook they
# would stand in a red box below a learner's first cell. They go to the terminal instead. What
# Python writes, warnings and errors among it, is shown as ever.
get_config().IPKernelApp.capture_fd_output = False  # type: ignore[name-defined] # noqa: F821
