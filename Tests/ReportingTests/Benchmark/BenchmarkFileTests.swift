import Foundation
import Reporting
import Testing

struct BenchmarkFileTests {
  private static func data(of file: BenchmarkFile) throws -> Data {
    let records: [BenchmarkRecord] =
      [.run(file.run)] + file.configurations.map { .configuration($0) }
      + file.prompts.map { .prompt($0) } + file.samples.map { .sample($0) }
      + file.costs.map { .cost($0) } + file.memoryReads.map { .memoryRead($0) }
      + file.ends.map { .end($0) }
    return try records.map { try BenchmarkFile.line($0) }.reduce(Data(), +)
  }

  private static func error(parsing text: String) -> BenchmarkFileError? {
    do {
      _ = try BenchmarkFile(parsing: Data(text.utf8), file: "run.jsonl")
      return nil
    } catch {
      return error
    }
  }

  /// A file of one prompt, with a part of its text replaced.
  private static func error(replacing part: String, by other: String) throws -> BenchmarkFileError?
  {
    var made = MadeUpBenchmark(prompts: 1, repetitions: 1)
    made.seed = 2
    let text = String(decoding: try data(of: made.file), as: UTF8.self)
    try #require(text.contains(part), "\(part) is not in the file")
    return error(parsing: text.replacing(part, with: other, maxReplacements: 1))
  }

  @Test func `what is written is read again`() throws {
    let file = MadeUpBenchmark().file
    let again = try BenchmarkFile(parsing: Self.data(of: file), file: "run.jsonl")
    let isSame = again == file
    #expect(isSame)
    #expect(again.isComplete)
  }

  @Test func `every record is one line with its kind, keys in snake case`() throws {
    for line in try Self.data(of: MadeUpBenchmark(prompts: 1).file).split(separator: 0x0A) {
      let object = try #require(
        try JSONSerialization.jsonObject(with: line) as? [String: Any])
      #expect(object["record"] is String)
      #expect(object.keys.allSatisfy { $0 == $0.lowercased() })
    }
  }

  @Test func `threads that are measured may be others when a benchmark is continued`() throws {
    var file = MadeUpBenchmark(prompts: 1).file
    func isContinued(_ threads: Int, _ threadsMeasured: Bool?) -> Bool {
      var run = file.run
      (run.threads, run.threadsMeasured) = (threads, threadsMeasured)
      return (try? file.requireContinuation(by: run, file.configurations, file.prompts, file: ""))
        != nil
    }
    #expect(isContinued(2, nil) && !isContinued(4, nil) && !isContinued(2, true))
    file.runs[0].threadsMeasured = true
    #expect(isContinued(2, true) && isContinued(4, true) && !isContinued(2, nil))
    let again = try BenchmarkFile(parsing: Self.data(of: file), file: "run.jsonl")
    #expect(again.run.threadsMeasured == true)
  }

  @Test func `a file that was cut off between two lines is read as far as it goes`() throws {
    let file = MadeUpBenchmark().file
    let lines = try Self.data(of: file).split(separator: 0x0A).dropLast(4)
    let data = Data(lines.joined(separator: [0x0A]))
    let again = try BenchmarkFile(parsing: data, file: "run.jsonl")
    #expect(!again.isComplete)
    #expect(again.samples.count == file.samples.count - 1)
  }

  @Test(arguments: [
    ("\"threads\":2,\"verifier\"", "\"threads\":0,\"verifier\"", 1, "threads"),
    ("\"id\":1,", "\"id\":7,", 3, "id"),
    ("\"baseline\":0", "\"baseline\":1", 3, "baseline"),
    ("\"drafter\":0", "\"drafter\":3", 3, "drafter"),
    ("\"index\":0", "\"index\":-1", 4, "index"),
    ("\"prompt\":0", "\"prompt\":9", 5, "prompt"),
    ("\"configuration\":1", "\"configuration\":0", 6, "repetition"),
    ("\"configuration\":1", "\"configuration\":-1", 6, "configuration"),
    ("\"accepted\":[4,5,0]", "\"accepted\":[4,5]", 6, "rounds.accepted"),
    ("\"accepted\":[4,5,0]", "\"accepted\":[7,5,0]", 6, "rounds.accepted"),
    ("\"bytes\":[5,6,1]", "\"bytes\":[5,6,9223372036854775807]", 6, "rounds.bytes"),
    ("\"bytes\":[5,6,1]", "\"bytes\":[5,6,-1]", 6, "rounds.bytes"),
    ("\"bytes\":[5,6,1]", "\"bytes\":[5,6,2]", 6, "output_bytes"),
    ("\"drafted\":[6,5,0]", "\"drafted\":[9007199254740992,5,0]", 6, "rounds.drafted"),
    ("\"prompt_bytes\":4", "\"prompt_bytes\":9007199254740992", 5, "prompt_bytes"),
    ("\"decoding\":", "\"decoding\":-", 5, "timing"),
    ("[0.25,0.75]", "[0.25,-0.75]", 7, "seconds"),
  ])
  func `a field that cannot be is named with its line`(
    part: String, other: String, line: Int, field: String
  ) throws {
    let error = try Self.error(replacing: part, by: other)
    guard case .invalidField("run.jsonl", line, field, _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func `counts that no sum can hold are refused and not added up`() throws {
    var file = MadeUpBenchmark(prompts: 1, repetitions: 1).file
    let place = try #require(file.samples.firstIndex { $0.configuration == 1 })
    file.samples[place].rounds = BenchmarkRounds(
      nanoseconds: Array(repeating: 1, count: 1024), bytes: Array(repeating: 0, count: 1024),
      accepted: Array(repeating: 0, count: 1024), drafted: Array(repeating: 4096, count: 1024),
      tokens: Array(repeating: 1 << 53, count: 1024))
    file.samples[place].outputBytes = 0
    let error = Self.error(parsing: String(decoding: try Self.data(of: file), as: UTF8.self))
    guard case .invalidField(_, 6, "rounds.tokens", _, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test(arguments: [
    ("\"rounds\":{", "\"rounds\":[", "it is not JSON"),
    ("\"kind\":\"plain\"", "\"kind\":\"quick\"", "kind has no such value"),
    ("\"digest\":\"00\",", "", "digest is missing"),
    ("\"started\":0,", "\"started\":\"0\",", "started has the wrong type"),
    ("\"started\":0,", "\"started\":1e999,", "it is not JSON"),
    ("\"record\":\"cost\"", "\"record\":\"run\"", "is missing"),
  ])
  func `a line that is no record says why`(part: String, other: String, reason: String) throws {
    let error = try Self.error(replacing: part, by: other)
    #expect(error?.description.contains("line ") == true)
    #expect(error?.description.contains(reason) == true, "\(error?.description ?? "-")")
  }

  @Test(arguments: ["", "\n\n", "{}", "null", "[]", "{\"record\":\"end\",\"samples\":0"])
  func `what is no benchmark is refused`(text: String) {
    #expect(Self.error(parsing: text) != nil)
  }

  @Test func `another schema is refused by its name`() throws {
    let error = try Self.error(replacing: "specdecode.bench/1", by: "specdecode.bench/9")
    #expect(error == .unknownSchema(file: "run.jsonl", found: "specdecode.bench/9"))
  }
}
