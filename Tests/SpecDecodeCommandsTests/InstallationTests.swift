import BundledModels
import Foundation
import TestSupport
import Testing

struct InstallationTests {
  /// A copy of the program with models where `name` says, from the folder of the program.
  private static func install(_ models: TinyModels, modelsAt name: String) throws -> URL {
    let manager = FileManager.default
    let bin = models.url.appending(path: "copy/bin")
    let target = bin.appending(path: name).standardized
    try manager.createDirectory(at: bin, withIntermediateDirectories: true)
    try manager.createDirectory(at: target, withIntermediateDirectories: true)
    for model in ["drafter", "verifier"] {
      try manager.moveItem(
        at: models.url.appending(path: model), to: target.appending(path: model))
    }
    return try copy(into: bin)
  }

  /// Copies the program by another one: what this process has open for writing, the children that
  /// other tests start would hold open, too, and nobody could run it.
  private static func copy(into folder: URL) throws -> URL {
    let program = folder.appending(path: "specdecode")
    let outcome = try Executable.run(
      [Executable.url().path, program.path], program: URL(filePath: "/bin/cp"))
    try #require(outcome.code == 0, "\(outcome.error)")
    return program
  }

  private static let places = ModelsLookup.resourceNames + ["../share/specdecode/Models"]

  @Test func `the program as built finds the bundled pair`() throws {
    let outcome = try Executable.run(["run", "--max-bytes", "16", "--prompt", "The", "--json", "-"])
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.text.contains("specdecode_BundledModels"))
    #expect(outcome.error.contains("identical: yes"))
  }

  @Test(arguments: places)
  func `a copy of the program finds the models beside it`(place: String) throws {
    let models = try TinyModels()
    let program = try Self.install(models, modelsAt: place)
    let outcome = try Executable.run(
      ["run", "--prompt", "a", "--max-bytes", "8", "--json", "-"], program: program)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.text.contains("copy/"))
  }

  @Test func `a link to the program finds the models beside the program`() throws {
    let models = try TinyModels()
    let program = try Self.install(models, modelsAt: "../share/specdecode/Models")
    let link = models.url.appending(path: "link")
    try FileManager.default.createSymbolicLink(at: link, withDestinationURL: program)
    let outcome = try Executable.run(
      ["run", "--prompt", "a", "--max-bytes", "8"], program: link)
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.output.count == 8)
  }

  @Test func `a copy without models says where it looked and what to give`() throws {
    let folder = try TemporaryDirectory()
    // Deep enough for the places above the program to be in a folder of ours.
    let bin = folder.url.appending(path: "copy/bin")
    try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
    let program = try Self.copy(into: bin)
    let outcome = try Executable.run(["run"], program: program)
    #expect(outcome.code == 1)
    for word in ["bundled models were not found", "--verifier", "--drafter", "SPECDECODE_MODELS"] {
      #expect(outcome.error.contains(word))
    }
  }
}
