import SpeculativeDecoding

extension RuleReport {
  /// The rule and what it did, for a terminal: a line that always says whether it is lossy.
  package var text: String {
    var parts = [heading]
    if let differingShare {
      parts.append(
        "\(NumberText.percent(differingShare, digits: 1)) of bytes are not plain decoding's")
    }
    if let lostBitsPerByte, let bitsPerByte, let exactBitsPerByte {
      func bits(_ value: Double) -> String { NumberText.fixed(value, digits: 3) }
      parts.append(
        "\(bits(lostBitsPerByte)) bits a byte lost (\(bits(bitsPerByte)), exact "
          + "\(bits(exactBitsPerByte)))")
    }
    if rule.isLossy, counts.toleratedBytes > 0 {
      parts.append("\(counts.toleratedBytes) bytes tolerated")
    }
    return parts.joined(separator: " · ")
  }

  /// The rule in a few words.
  package var heading: String {
    guard rule.isLossy else { return "same distribution: \(rule.name)" }
    let beta = rule.beta.map { " \($0)" } ?? ""
    let resync = rule.resync == .boundary ? ", resync boundary" : ""
    return "LOSSY: \(rule.name)\(beta)\(resync)"
  }
}
