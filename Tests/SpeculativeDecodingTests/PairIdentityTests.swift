import DecodingCore
import Dispatch
import Drafter
import Kernels
import Mamba
import MambaDevices
import SpecDecodePlatform
import SpeculativeDecoding
import Synchronization
import TestSupport
import Testing
import Verifier

/// Contract 1 with real models: a tiny pair with random weights, on every path.
@Suite struct PairIdentityTests {
  typealias Decoder = SpeculativeDecoder<SubwordDrafter, ByteVerifier>

  private let verifierFiles: TemporaryDirectory
  private let drafterFiles: TemporaryDirectory

  init() throws {
    var verifier = TinyModel()
    verifier.storage = .i8
    verifierFiles = try verifier.write()
    var drafter = TinyModel()
    drafter.vocabularySize = TinyTokenizer.size
    drafter.hiddenSize = 16
    drafter.innerSize = 32
    drafter.seed = 2
    drafterFiles = try drafter.write()
    try TinyTokenizer.write(to: drafterFiles.url)
  }

  private func decoder(_ instructionSet: InstructionSet, threads: Int) throws -> Decoder {
    let team = WorkerTeam(size: threads, instructionSet: instructionSet)
    return Decoder(
      drafter: try SubwordDrafter(contentsOf: drafterFiles.url, on: .team(team)),
      verifier: try ByteVerifier(contentsOf: verifierFiles.url, on: .team(team)))
  }

  private static let prompts: [[UInt8]] = [
    [], Array("the".utf8), Array("It was the other man’s".utf8), [0xE2, 0x80], [0xFF, 0xC0, 0x00],
  ]

  @Test(arguments: [0, 0.7, 1], 0..<3 as Range<UInt64>)
  func `speculative output is plain output at every draft length`(
    temperature: Double, seed: UInt64
  ) throws {
    var decoder = try decoder(.best, threads: 1)
    decoder.options.maxBytes = 40
    decoder.options.sampling = SamplingOptions(temperature: temperature, seed: seed)
    for prompt in Self.prompts {
      let plain = try decoder.decode(prompt, drafting: .never).output
      for length in [DraftLength.automatic] + (0...8).map(DraftLength.tokens) {
        decoder.options.draftLength = length
        #expect(try decoder.decode(prompt).output == plain)
      }
    }
  }

  @Test(arguments: [
    SamplingOptions(), SamplingOptions(temperature: 1, seed: 4, topK: 20),
    SamplingOptions(temperature: 0.8, seed: 5, topP: 0.9),
    SamplingOptions(temperature: 1.2, seed: 6, topK: 60, topP: 0.95, minP: 0.01),
  ])
  func `under filters, mask and stops, output, log probabilities and reasons are the same`(
    sampling: SamplingOptions
  ) throws {
    var decoder = try decoder(.best, threads: 1)
    decoder.options = DecodingOptions(
      maxBytes: 30, sampling: sampling, recordsLogProbabilities: true)
    for prompt in Self.prompts {
      for keepsValidUTF8 in [false, true] {
        decoder.options.keepsValidUTF8 = keepsValidUTF8
        decoder.options.stopTexts = []
        let whole = try decoder.decode(prompt, drafting: .never)
        let text = Array(whole.output.suffix(12).prefix { $0 < 0x80 })
        decoder.options.stopTexts = text.isEmpty ? [] : [text]
        for length in [DraftLength.automatic, .tokens(3)] {
          decoder.options.draftLength = length
          let measured = try decoder.compare(prompt)
          let isSame =
            measured.speculative.logProbabilities == measured.plain.logProbabilities
          #expect(measured.isIdentical && isSame)
          #expect(whole.output.starts(with: measured.plain.output))
          #expect(text.isEmpty || measured.plain.summary.stopReason == .stopText)
        }
      }
    }
  }

  @Test func `threads and instruction sets do not change a byte`() throws {
    let prompt = Array("and the rain in the".utf8)
    var outputs: Set<[UInt8]> = []
    for instructionSet in InstructionSet.available {
      for threads in [1, 2, 3] {
        var decoder = try decoder(instructionSet, threads: threads)
        decoder.options.maxBytes = 30
        decoder.options.sampling = SamplingOptions(temperature: 1, seed: 5)
        outputs.insert(try decoder.decode(prompt).output)
        outputs.insert(try decoder.decode(prompt, drafting: .never).output)
      }
    }
    #expect(outputs.count == 1)
  }

  @Test func `two decoders on two threads share one set of weights`() throws {
    var greedy = try decoder(.best, threads: 2)
    greedy.options.maxBytes = 60
    var sampling = greedy
    sampling.options.sampling = SamplingOptions(temperature: 1, seed: 3)
    let decoders = [greedy, sampling]
    let prompt = Array("and the rain".utf8)
    let alone = try decoders.map { try $0.decode(prompt, drafting: .never).output }
    let together = Mutex<[Int: [UInt8]]>([:])
    DispatchQueue.concurrentPerform(iterations: 2) { index in
      let output = try? decoders[index].decode(prompt).output
      together.withLock { $0[index] = output }
    }
    #expect(together.withLock { $0 } == [0: alone[0], 1: alone[1]])
    #expect(alone[0] != alone[1])
  }

  @Test func `one decoder serves several tasks at once`() async throws {
    var decoder = try decoder(.best, threads: 2)
    decoder.options.maxBytes = 40
    let alone = try Self.prompts.map { try decoder.decode($0).output }
    let together = try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
      for (index, prompt) in Self.prompts.enumerated() {
        group.addTask { [decoder] in (index, try decoder.decode(prompt).output) }
      }
      return try await group.reduce(into: [Int: [UInt8]]()) { $0[$1.0] = $1.1 }
    }
    for (index, output) in alone.enumerated() { #expect(together[index] == output) }
  }

  @Test(arguments: InstructionSet.available, [1, 3])
  func `in any company each output and log probability is what it is alone`(
    instructionSet: InstructionSet, threads: Int
  ) throws {
    let decoder = try decoder(instructionSet, threads: threads)
    var random = SeededGenerator(seed: UInt64(threads))
    for count in [1, 2, 5] {
      let requests = (0..<count).map { index in
        DecodingRequest(
          Self.prompts.randomElement(using: &random) ?? [],
          options: DecodingOptions(
            maxBytes: .random(in: 0...40, using: &random),
            sampling: SamplingOptions(
              temperature: [0, 0.7, 1].randomElement(using: &random) ?? 0, seed: UInt64(index),
              topP: index.isMultiple(of: 2) ? nil : 0.9),
            stopBytes: [0x20], keepsValidUTF8: .random(using: &random),
            recordsLogProbabilities: true,
            draftLength: [.never, .tokens(1), .tokens(5), .automatic]
              .randomElement(using: &random) ?? .never))
      }
      let results = try decoder.decode(together: requests)
      #expect(results.count == count)
      for (request, result) in zip(requests, results) {
        var alone = decoder
        alone.options = request.options
        let single = try alone.decode(request.prompt, drafting: .never)
        #expect(result.output == single.output)
        #expect(result.logProbabilities == single.logProbabilities)
        #expect(result.summary.stopReason == single.summary.stopReason)
        #expect(result.summary.withheld == single.summary.withheld)
      }
    }
  }

  @Test func `results come as their generations end`() async throws {
    let decoder = try decoder(.best, threads: 1)
    let requests = [30, 0, 12].map { DecodingRequest("the", options: .init(maxBytes: $0)) }
    var places: [Int] = []
    for try await (place, result) in decoder.results(together: requests) {
      places.append(place)
      #expect(
        result.output
          == (try decoder.decode("the", maxBytes: requests[place].options.maxBytes).output))
    }
    #expect(places == [1, 2, 0])
  }

  @Test func `more at once than fit in memory are refused`() throws {
    let decoder = try decoder(.best, threads: 1)
    let (drafter, verifier) = (decoder.drafter?.makeSession(), decoder.verifier.makeSession())
    typealias Shared = SharedGenerations<SubwordDrafterSession, ByteVerifierSession>
    let limit = MemoryLimit(byteCount: 64 << 20, cause: .controlGroup)
    try Shared.requireMemory(for: 2, beside: drafter, verifier, limit: limit)
    for count in [10_000, .max] {
      #expect(throws: DecodingError.self) {
        try Shared.requireMemory(for: count, beside: drafter, verifier, limit: limit)
      }
    }
  }

  @Test func `one of several that is stopped stops alone`() throws {
    let decoder = try decoder(.best, threads: 1)
    let options = DecodingOptions(maxBytes: 30)
    let results = try decoder.decode(
      together: [DecodingRequest("the", options: options), DecodingRequest("a", options: options)]
    ) { place, event in
      guard place == 1, case .bytes = event else { return .proceed }
      return .stop
    }
    #expect(results[0].output.count == 30 && results[0].summary.stopReason == .maxBytes)
    #expect(results[1].output.count < 30 && results[1].summary.stopReason == .stopped)
  }
}
