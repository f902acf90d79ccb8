import Reporting

extension ParsedArguments {
  /// The value of an option as a list with commas between its entries; nil when it was not given.
  ///
  /// - Parameter limit: the most entries.
  func list<Entry>(
    _ option: String, limit: Int, _ parse: (String) throws(UsageError) -> Entry
  ) throws(UsageError) -> [Entry]? {
    guard let text = try text(option) else { return nil }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= limit, !parts.contains("") else {
      throw .invalidValue(
        option: option, value: text, remedy: "1 to \(limit) values with commas between them")
    }
    var entries: [Entry] = []
    for part in parts { entries.append(try parse(part)) }
    return entries
  }

  /// The value of `--shard`; nil when it was not given.
  func shard() throws(UsageError) -> Shard? {
    guard let text = try text("--shard") else { return nil }
    guard let shard = Shard(text) else {
      throw .invalidValue(
        option: "--shard", value: text, remedy: "which part of how many, as in 2/4")
    }
    return shard
  }
}
