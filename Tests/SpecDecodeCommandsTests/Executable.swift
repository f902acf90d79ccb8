import Foundation
import Testing

/// The program as it was built, run as a shell runs it.
struct Executable {
  /// What a finished run left.
  struct Outcome {
    let code: Int32
    let output: [UInt8]
    let error: String

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  let process = Process()
  private let output = Pipe()
  private let error = Pipe()

  /// A run that has not started.
  ///
  /// - Parameter environment: added to that of the tests, from which the program's own variables
  ///   are removed.
  init(_ arguments: [String], environment: [String: String] = [:], input: [UInt8] = []) throws {
    var variables = ProcessInfo.processInfo.environment
    for name in ["SPECDECODE_MODELS", "SPECDECODE_ISA", "NO_COLOR"] { variables[name] = nil }
    process.executableURL = try Self.url()
    process.arguments = arguments
    process.environment = variables.merging(environment) { $1 }
    process.standardOutput = output
    process.standardError = error
    let standardInput = Pipe()
    process.standardInput = standardInput
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input))
    try standardInput.fileHandleForWriting.close()
  }

  /// Runs to the end.
  static func run(
    _ arguments: [String], environment: [String: String] = [:], input: [UInt8] = [],
    program: URL? = nil
  ) throws -> Outcome {
    let executable = try Executable(arguments, environment: environment, input: input)
    if let program { executable.process.executableURL = program }
    try executable.process.run()
    return try executable.finish()
  }

  /// Keeps standard input open, so that a reader waits there; call before the run.
  ///
  /// - Returns: what writes to it.
  func keepInputOpen() -> FileHandle {
    let input = Pipe()
    process.standardInput = input
    return input.fileHandleForWriting
  }

  /// The next bytes of standard output; empty at its end.
  func nextOutput() throws -> [UInt8] {
    Array(try output.fileHandleForReading.read(upToCount: 1) ?? Data())
  }

  /// Stops reading, as `head` does when it has enough.
  func closeOutput() throws {
    try output.fileHandleForReading.close()
  }

  /// Makes a write to standard output fail where it would wait; call before the run.
  func makeOutputNonBlocking() throws {
    let descriptor = output.fileHandleForWriting.fileDescriptor
    let flags = fcntl(descriptor, F_GETFL)
    try #require(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0)
  }

  /// Sends standard output to a file instead; call before the run.
  func sendOutput(to path: String) throws {
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: path))
  }

  /// Waits for the end.
  func finish(readingOutput: Bool = true) throws -> Outcome {
    // A thread of its own: either pipe alone could fill up while the other is read.
    let errorHandle = error.fileHandleForReading
    let errorText = Collected()
    let reader = Thread { errorText.set((try? errorHandle.readToEnd()) ?? Data()) }
    reader.start()
    let bytes = readingOutput ? try output.fileHandleForReading.readToEnd() ?? Data() : Data()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: Array(bytes),
      error: String(decoding: errorText.wait(), as: UTF8.self))
  }

  /// The program lies beside the test bundle.
  static func url() throws -> URL {
    let bundles = [Bundle.main] + Bundle.allBundles
    let folders = bundles.flatMap { bundle in
      [bundle.bundleURL, bundle.bundleURL.deletingLastPathComponent()]
        + [bundle.executableURL?.deletingLastPathComponent()].compactMap { $0 }
    }
    let candidates = folders.map { $0.appending(path: "specdecode") }
    return try #require(
      candidates.first { candidate in
        let values = try? candidate.resourceValues(forKeys: [.isRegularFileKey])
        return values?.isRegularFile == true
          && FileManager.default.isExecutableFile(atPath: candidate.path)
      })
  }
}

/// Bytes that another thread brings.
private final class Collected: @unchecked Sendable {
  private let condition = NSCondition()
  private var data: Data?

  func set(_ data: Data) {
    condition.lock()
    self.data = data
    condition.signal()
    condition.unlock()
  }

  func wait() -> Data {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let data { return data }
      condition.wait()
    }
  }
}
