/// What `specdecode report` is asked for.
struct ReportRequest {
  /// Files and folders.
  let paths: [String]
  /// Where to write a page.
  let html: String?
  /// Where to write Markdown.
  let markdown: String?
  /// Whether to write JSON to standard output.
  let isJSON: Bool
  /// Whether two benchmarks are compared.
  let isComparison: Bool
  /// The most texts of each configuration on a page.
  let textLimit: Int

  /// Looks at the options.
  init(_ arguments: ParsedArguments) throws(UsageError) {
    var paths: [String] = []
    for index in arguments.positionals.indices { paths.append(try arguments.path(at: index)) }
    self.paths = paths
    html = try arguments.path("--html")
    markdown = try arguments.path("--markdown")
    isJSON = arguments.has("--json")
    isComparison = arguments.has("--compare")
    textLimit = try arguments.integer("--texts", in: 0...100_000, default: 6)
  }
}
