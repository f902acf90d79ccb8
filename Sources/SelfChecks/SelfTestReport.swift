package import Foundation
import Reporting

/// What a self-test found, as `--json` writes it: schema `specdecode.selftest/1`, every key always
/// there. Times are in seconds.
///
/// | key | what it is |
/// | --- | --- |
/// | `schema`, `version` | `specdecode.selftest/1`, the program's version |
/// | `verifier`, `drafter` | the folders of the models |
/// | `threads`, `instruction_set`, `thorough` | how it was run |
/// | `passed` | whether every check passed |
/// | `seconds` | of all checks together |
/// | `false_alarm_probability` | the chance that good models fail |
/// | `checks` | for each `name`, `title`, `passed`, `comparisons`, `failed_comparisons`, the first failures in words (`details`), `remedy` (null when it passed), `seconds` and `tests`: for each test of a distribution `label`, `samples`, `degrees_of_freedom`, `limit`, `statistic` (null: infinite), `repeated_statistic` (null: not needed), `detectable_total_variation` (the bias that it finds 99 times in 100) and `holds` |
package struct SelfTestReport: Sendable, Equatable, Encodable {
  package let schema = "specdecode.selftest/1"
  package let version: String
  package let verifier: String
  package let drafter: String
  package let threads: Int
  package let instructionSet: String
  package let thorough: Bool
  package let passed: Bool
  package let seconds: Double
  package let falseAlarmProbability: Double
  package let checks: [CheckResult]

  /// Joins the results.
  package init(
    version: String, verifier: String, drafter: String, threads: Int, instructionSet: String,
    thorough: Bool, checks: [CheckResult]
  ) {
    self.version = version
    self.verifier = verifier
    self.drafter = drafter
    self.threads = threads
    self.instructionSet = instructionSet
    self.thorough = thorough
    self.checks = checks
    passed = !checks.isEmpty && checks.allSatisfy(\.passed)
    seconds = checks.reduce(0) { $0 + $1.seconds }
    falseAlarmProbability = SelfTestPlan.falseAlarmProbability
  }

  /// The report as JSON.
  package func json() throws -> Data { try JSONText.snakeCaseData(self) }
}
