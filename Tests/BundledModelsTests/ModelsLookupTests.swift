import BundledModels
import Foundation
import Testing

struct ModelsLookupTests {
  @Test(arguments: ModelsLookup.resourceNames)
  func `the models are found beside the program`(name: String) throws {
    let place = try Installation()
    let models = try place.addModels(at: "bin/\(name)")
    let lookup = ModelsLookup(
      environment: [:], executable: place.url.appending(path: "bin/specdecode"), bundles: [])
    #expect(try lookup.pair().verifier.path == models.appending(path: "verifier").path)
    #expect(try lookup.pair().drafter.path == models.appending(path: "drafter").path)
  }

  @Test func `the models are found in an installation`() throws {
    let place = try Installation()
    let models = try place.addModels(at: "share/specdecode/Models")
    let lookup = ModelsLookup(
      environment: [:], executable: place.url.appending(path: "bin/specdecode"), bundles: [])
    #expect(try lookup.pair().verifier.path == models.appending(path: "verifier").path)
  }

  @Test func `a symbolic link to the program is followed`() throws {
    let place = try Installation()
    try place.addModels(at: "share/specdecode/Models")
    try place.addFile("bin/specdecode")
    let link = place.url.appending(path: "link")
    try FileManager.default.createSymbolicLink(
      at: link, withDestinationURL: place.url.appending(path: "bin/specdecode"))
    let lookup = ModelsLookup(environment: [:], executable: link, bundles: [])
    #expect(throws: Never.self) { try lookup.pair() }
  }

  @Test func `an application's own folder is looked at last`() throws {
    let place = try Installation()
    let name = try #require(ModelsLookup.resourceNames.first)
    let models = try place.addModels(at: "app/\(name)")
    let lookup = ModelsLookup(
      environment: [:], executable: place.url.appending(path: "bin/specdecode"),
      bundles: [place.url.appending(path: "app")])
    #expect(try lookup.pair().drafter.path == models.appending(path: "drafter").path)
  }

  @Test func `the environment comes before every other place`() throws {
    let place = try Installation()
    try place.addModels(at: "share/specdecode/Models")
    let chosen = try place.addModels(at: "mine")
    let lookup = ModelsLookup(
      environment: ["SPECDECODE_MODELS": chosen.path],
      executable: place.url.appending(path: "bin/specdecode"), bundles: [])
    #expect(try lookup.pair().drafter.path == chosen.appending(path: "drafter").path)
  }

  @Test func `a wrong folder in the environment is an error and nothing else is tried`() throws {
    let place = try Installation()
    try place.addModels(at: "share/specdecode/Models")
    try place.addFile("half/drafter/config.json")
    let folder = place.url.appending(path: "half", directoryHint: .isDirectory)
    let lookup = ModelsLookup(
      environment: ["SPECDECODE_MODELS": folder.path],
      executable: place.url.appending(path: "bin/specdecode"), bundles: [])
    let error = BundledModelsError.wrongFolder(
      path: folder.path(percentEncoded: false), missing: "verifier/config.json")
    #expect(throws: error) { try lookup.pair() }
    #expect("\(error)".contains("SPECDECODE_MODELS"))
  }

  @Test func `an empty variable counts as not set`() {
    let lookup = ModelsLookup(
      environment: ["SPECDECODE_MODELS": ""], executable: nil, bundles: [])
    #expect(lookup.chosenFolder == nil)
  }

  @Test func `not found names the places and the remedies`() throws {
    let place = try Installation()
    let lookup = ModelsLookup(
      environment: [:], executable: place.url.appending(path: "bin/specdecode"), bundles: [])
    let error = try #require(throws: BundledModelsError.self) { try lookup.pair() }
    let text = "\(error)"
    #expect(text.contains("share/specdecode/Models"))
    for word in ["--verifier", "--drafter", "SPECDECODE_MODELS"] {
      #expect(text.contains(word))
    }
  }

  @Test func `the look-up of a process ends with a pair or a typed error`() {
    do throws(BundledModelsError) {
      let pair = try BundledModels.pair()
      #expect(pair.drafter != pair.verifier)
    } catch {
      #expect("\(error)".contains("SPECDECODE_MODELS"))
    }
  }
}
