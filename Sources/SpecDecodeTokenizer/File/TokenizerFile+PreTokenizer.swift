extension TokenizerFile.Component {
  /// The stages of a pre-tokenizer: `ByteLevel`, alone or at the end of a `Sequence` with `Split`.
  ///
  /// - Throws: `TokenizerError.unsupported` for another component, or an option that cannot be had.
  func preTokenizerStages(
    _ check: SupportCheck
  ) throws(TokenizerError) -> [PreTokenizerPipeline.Stage] {
    var stages: [PreTokenizerPipeline.Stage] = []
    let components = leaves(field: "pre_tokenizer")
    for (index, leaf) in components.enumerated() {
      // What comes after ByteLevel would see the letters that stand for bytes; without it the
      // model would be asked for the text itself.
      let isLast = index == components.count - 1
      guard leaf.component.type == (isLast ? "ByteLevel" : "Split") else {
        throw check.error(
          leaf.field, TokenizerError.quoted(leaf.component.type),
          isLast ? #""ByteLevel", or a "Sequence" that ends with it"# : #""Split""#)
      }
      stages.append(
        isLast
          ? try leaf.component.byteLevelStage(check, leaf.field)
          : PreTokenizerPipeline.Stage(
            cutter: try leaf.component.splitCutter(check, leaf.field)))
    }
    guard !stages.isEmpty else {
      throw check.error(
        "pre_tokenizer", "an empty \"Sequence\"",
        #""ByteLevel", or a "Sequence" that ends with it"#)
    }
    return stages
  }

  /// The component, or those of the sequence that it is, and where they stand in the file.
  private func leaves(field: String) -> [(component: Self, field: String)] {
    guard type == "Sequence" else { return [(self, field)] }
    return (preTokenizers ?? []).enumerated().flatMap { index, component in
      component.leaves(field: "\(field).pretokenizers[\(index)]")
    }
  }

  private func byteLevelStage(
    _ check: SupportCheck, _ field: String
  ) throws(TokenizerError) -> PreTokenizerPipeline.Stage {
    // The reference has no default for it.
    guard let addPrefixSpace else {
      throw check.error("\(field).add_prefix_space", "missing", "true or false")
    }
    return PreTokenizerPipeline.Stage(
      cutter: useRegex == false ? WholeTextPreTokenizer() : GPT2PreTokenizer(),
      addsPrefixSpace: addPrefixSpace)
  }

  private func splitCutter(
    _ check: SupportCheck, _ field: String
  ) throws(TokenizerError) -> any PreTokenizer {
    let scanner = pattern?.expression.flatMap(KnownPattern.scanner)
    let isInverted = invert ?? false
    // Nothing is between the matches of a known pattern, so removing that removes nothing.
    if let scanner, behavior == "Isolated" || behavior == "Removed" && isInverted { return scanner }
    guard let behavior = behavior.flatMap(SplitBehavior.init) else {
      throw check.error(
        "\(field).behavior", behavior.map { TokenizerError.quoted($0) } ?? "missing",
        SplitBehavior.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", "))
    }
    return SplitPreTokenizer(
      matcher: try matcher(scanner, check, "\(field).pattern"),
      behavior: behavior, isInverted: isInverted)
  }

  private func matcher(
    _ scanner: (any PreTokenizer)?, _ check: SupportCheck, _ field: String
  ) throws(TokenizerError) -> any PatternMatcher {
    if let scanner { return ScannerMatcher(scanner: scanner) }
    guard let text = pattern?.expression ?? pattern?.literal, !text.isEmpty else {
      throw check.error(field, "missing or empty", #"{"Regex": …} or {"String": …}"#)
    }
    let matcher =
      pattern?.expression == nil ? ExpressionMatcher(literal: text) : ExpressionMatcher(text)
    guard let matcher else {
      throw check.error(
        field, TokenizerError.quoted(text), "a regular expression that Foundation can read")
    }
    return matcher
  }
}
