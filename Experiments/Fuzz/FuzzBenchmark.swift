import Foundation
import Reporting

/// Input: a benchmark's file. What is accepted has a summary, a report and JSON, also merged with
/// itself as two shards would be.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzBenchmark(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  unsafe FuzzInput.test(start, count) { read($0) }
}

private func read(_ bytes: [UInt8]) {
  do throws(BenchmarkFileError) {
    let file = try BenchmarkFile(parsing: Data(bytes), file: "input")
    let run = ReportedRun(name: "input", file: file, resamples: 2)
    precondition(!run.summary.text.isEmpty)
    precondition(!ReportDocument([run], textLimit: 2).page.isEmpty)
    precondition((try? ReportJSON([run]).data()) != nil)
    _ = try BenchmarkFile(merging: [file, file])
  } catch {
    precondition(!"\(error)".isEmpty)
  }
}
