# Several targets of one Dockerfile. The references come from the command line (--set), as a pipeline would do it.
group "default" {
  targets = ["app", "app-spicy", "tools", "docs"]
}

target "common" {
  context = "."
}

target "app" {
  inherits = ["common"]
  target   = "app"
}

target "app-spicy" {
  inherits = ["app"]
  args     = { FLAVOUR = "spicy" }
}

target "tools" {
  inherits = ["common"]
  target   = "tools"
}

target "docs" {
  inherits = ["common"]
  target   = "docs"
}
