import Foundation
import Reporting

/// Input: a report of `eval`, merged with itself as another shard's.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEvaluation(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe FuzzInput.test(start, count) { read($0) }
}

private func read(_ bytes: [UInt8]) {
  guard var report = try? JSONDecoder().decode(EvaluationReport.self, from: Data(bytes)) else {
    return
  }
  var other = report
  other.shards = other.shards.compactMap { Shard(index: $0.index % $0.count + 1, of: $0.count) }
  do throws(EvaluationMismatch) {
    try report.merge(other)
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  precondition(!report.text(showsPositions: true).isEmpty)
  precondition((try? report.json()) != nil)
}
