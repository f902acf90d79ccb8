import Reporting

extension SelfTestReport {
  /// A line a check, then the verdict; ends with a newline.
  package var text: String {
    let width = checks.map(\.title.count).max() ?? 0
    return checks.map { $0.text(width: width) }.joined() + "\n" + verdict
  }

  private var verdict: String {
    let failed = checks.filter { !$0.passed }
    let time = NumberText.seconds(seconds)
    guard !failed.isEmpty else {
      return "PASS: \(checks.count) checks in \(time); good models fail once in a million runs\n"
    }
    let remedies = failed.compactMap { check in check.remedy.map { "  \(check.name): \($0)\n" } }
    return "FAIL: \(failed.count) of \(checks.count) checks in \(time); what to do:\n"
      + remedies.joined()
  }
}

extension CheckResult {
  /// The check in a line, and what failed or what could be found in more of them.
  ///
  /// - Parameter width: of the longest title.
  func text(width: Int) -> String {
    let count = tests.isEmpty ? "\(comparisons) comparisons" : "\(drawCount) draws"
    let title = NumberText.padded(title, to: width)
    var lines = ["\(passed ? "PASS" : "FAIL")  \(title)  \(count), \(NumberText.seconds(seconds))"]
    if let power { lines.append("      \(power)") }
    lines += details.map { "      \($0)" }
    if failedComparisons > details.count {
      lines.append("      ... \(failedComparisons) of \(comparisons) comparisons failed")
    }
    return lines.map { "\($0)\n" }.joined()
  }

  private var drawCount: Int { tests.reduce(0) { $0 + $1.samples } }

  private var power: String? {
    let found = tests.map(\.detectableTotalVariation)
    guard let worst = found.compactMap({ $0 }).max() else { return nil }
    return "finds 99 times in 100 a bias of \(NumberText.percent(worst, digits: 1)) in total "
      + "variation of the cells tested"
  }
}
