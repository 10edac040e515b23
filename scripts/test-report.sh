# What a test program's log says of its failures. Sourced, not run.

# The methods that failed, each once.
failed_methods() { # LOG
  sed -n 's/^failed \([A-Za-z0-9_.+]*\).*/\1/p' "$1" | sort -u
}

# Each failure's name and the first lines of its message, short enough that none pushes another out of a log's end.
show_failures() { # LOG
  awk '/^failed /{left=12} /^(skipped|passed) |^$/{left=0} left>0{print substr($0, 1, 600); left--}' "$1"
}
