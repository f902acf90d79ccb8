import DecodingCore
import SpeculativeDecoding
import TestSupport
import Testing

/// What a reader of the events sees.
private struct Reading {
  var output: [UInt8] = []
  /// The number of bytes seen after each event.
  var counts: [Int] = []

  mutating func receive(_ event: DecodingEvent) {
    guard case .bytes(let decoded) = event else { return }
    output += decoded.bytes
    counts.append(output.count)
  }
}

@Suite struct StopTests {
  typealias Decoder = SpeculativeDecoder<FakeDrafter, FakeVerifier>

  static func decoder(_ seed: UInt64, alphabetSize: Int = 3, maxBytes: Int = 120) -> Decoder {
    var generator = SeededGenerator(seed: seed)
    let verifier = FakeVerifier(
      seed: generator.next(), windowLimit: Int.random(in: 1...40, using: &generator),
      alphabetSize: alphabetSize)
    return Decoder(
      drafter: FakeDrafter(
        verifier: verifier, accuracy: [0, 0.5, 0.9, 1].randomElement(using: &generator) ?? 1,
        tokenBytes: 1...6, seed: generator.next()),
      verifier: verifier,
      options: DecodingOptions(
        maxBytes: maxBytes, sampling: SamplingOptions(temperature: 1, seed: generator.next()),
        draftLength: .tokens(Int.random(in: 0...8, using: &generator))))
  }

  /// The output with the bytes from the first complete stop text on cut off, found by searching.
  static func cut(_ output: [UInt8], at texts: [[UInt8]]) -> (output: [UInt8], stop: [UInt8])? {
    for end in output.indices {
      let matches = texts.filter { output[...end].suffix($0.count) == $0[...] }
      guard let stop = matches.max(by: { $0.count < $1.count }) else { continue }
      return (Array(output[..<(end + 1 - stop.count)]), stop)
    }
    return nil
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func `output ends before the first stop text, with and without a drafter`(seed: UInt64) throws {
    var decoder = Self.decoder(seed)
    let whole = try decoder.decode([1], drafting: .never).output
    var generator = SeededGenerator(seed: seed ^ 77)
    // Texts that occur, from short ones that end soon to long ones; some that do not.
    let texts: [[UInt8]] = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      let length = Int.random(in: 1...12, using: &generator)
      let start = Int.random(in: 0...(whole.count - length), using: &generator)
      let text = Array(whole[start..<(start + length)])
      return Bool.random(using: &generator) ? text : text + [UInt8.random(in: 0...4)]
    }
    decoder.options.stopTexts = texts
    let expected = Self.cut(whole, at: texts)
    for result in [
      try decoder.decode([1]), try decoder.decode([1], drafting: .never),
    ] {
      #expect(result.output == expected?.output ?? whole)
      #expect(result.summary.withheld == expected?.stop ?? [])
      #expect(result.summary.stopReason == (expected == nil ? .maxBytes : .stopText))
      #expect(result.summary.outputBytes == result.output.count)
      #expect(
        result.summary.telemetry.emittedBytes
          == result.output.count + result.summary.withheld.count)
    }
    #expect(try decoder.compare([1]).isIdentical)
  }

  @Test(arguments: 0..<60 as Range<UInt64>)
  func `bytes are passed on as soon as they cannot begin a stop text, and not before`(
    seed: UInt64
  ) throws {
    var decoder = Self.decoder(seed, alphabetSize: 2)
    decoder.options.stopTexts = [[0, 0, 1, 0, 1, 1, 0], [1, 1, 1, 1, 1, 0, 1, 0], [9]]
    for isPlain in [true, false] {
      var matcher = StopMatcher(decoder.options.stopTexts)
      var reading = Reading()
      let observe = { (event: DecodingEvent) -> DecodingControl in
        reading.receive(event)
        return .proceed
      }
      let result =
        isPlain
        ? try decoder.decode([1], drafting: .never, observer: observe)
        : try decoder.decode([1], observer: observe)
      #expect(reading.output == result.output)
      guard isPlain else { continue }
      // A round is a byte here: after each, all but those that may begin a text have been seen.
      var due: Set<Int> = []
      for (index, byte) in (result.output + result.summary.withheld).enumerated() {
        if matcher.append(byte) == 0 { due.insert(index + 1 - matcher.heldCount) }
      }
      let seen = Set(reading.counts)
      #expect(due.subtracting([0]).isSubset(of: seen))
    }
  }

  @Test func `a stop text may be the first bytes`() throws {
    var decoder = Self.decoder(5)
    let whole = try decoder.decode([1], drafting: .never).output
    for length in [1, 2, 9] {
      decoder.options.stopTexts = [Array(whole[..<length])]
      let result = try decoder.decode([1])
      #expect(result.output.isEmpty && result.summary.stopReason == .stopText)
      #expect(try decoder.compare([1]).isIdentical)
    }
  }

  @Test func `a stop text that begins in the prompt does not count`() throws {
    var decoder = Self.decoder(6)
    let whole = try decoder.decode([1, 7, 7], drafting: .never).output
    decoder.options.stopTexts = [[7, whole[0]], [7, 7, whole[0], whole[1]]]
    let result = try decoder.decode([1, 7, 7])
    #expect(result.output == whole && result.summary.stopReason == .maxBytes)
  }

  @Test(arguments: 0..<20 as Range<UInt64>)
  func `at the limit the beginning of a stop text is passed on, and a whole one is a stop`(
    seed: UInt64
  ) throws {
    var decoder = Self.decoder(seed)
    let whole = try decoder.decode([2], drafting: .never).output
    // As long as the output, so that it occurs in no other place.
    decoder.options.stopTexts = [Array(whole[10...])]
    for (maxBytes, isStopped) in [(whole.count, true), (whole.count - 1, false), (40, false)] {
      decoder.options.maxBytes = maxBytes
      var reading = Reading()
      let result = try decoder.decode([2]) {
        reading.receive($0)
        return .proceed
      }
      #expect(result.summary.stopReason == (isStopped ? .stopText : .maxBytes))
      #expect(result.output == Array(whole[..<(isStopped ? 10 : maxBytes)]))
      #expect(reading.output == result.output)
      #expect(try decoder.compare([2]).isIdentical)
    }
  }

  @Test func `a stop byte is a reason of its own`() throws {
    var decoder = Self.decoder(8)
    let whole = try decoder.decode([], drafting: .never).output
    let byte = whole[7]
    let first = try #require(whole.firstIndex(of: byte))
    decoder.options.stopBytes = [200, byte]
    let result = try decoder.decode([])
    #expect(result.output == Array(whole[..<first]) && result.summary.withheld == [byte])
    #expect(result.summary.stopReason == .stopByte)
    decoder.options.stopTexts = [[byte]]
    #expect(try decoder.decode([]).summary.stopReason == .stopText)
  }

  @Test func `an observer that ends the generation gets what was held back`() throws {
    var decoder = Self.decoder(9)
    let whole = try decoder.decode([], drafting: .never).output
    decoder.options.stopTexts = [Array(whole[3...]) + [9]]
    var reading = Reading()
    let result = try decoder.decode([]) {
      reading.receive($0)
      return reading.output.count >= 2 ? .stop : .proceed
    }
    #expect(result.summary.stopReason == .stopped && result.summary.withheld.isEmpty)
    #expect(reading.output == result.output)
    #expect(result.output.count == result.summary.telemetry.emittedBytes)
  }

  @Test func `provenance is kept when bytes are held back`() throws {
    var decoder = Self.decoder(21, maxBytes: 400)
    decoder.options.draftLength = .tokens(3)
    func kinds() throws -> [ByteProvenance] {
      var kinds: [ByteProvenance] = []
      _ = try decoder.decode([]) { event in
        if case .bytes(let decoded) = event {
          kinds += decoded.bytes.indices.map { decoded.provenance(at: $0) }
        }
        return .proceed
      }
      return kinds
    }
    let plain = try kinds()
    decoder.options.stopTexts = [[0, 1, 2, 0, 1, 2, 9], [2, 2, 9], [1, 0, 0, 9]]
    #expect(try kinds() == plain)
    #expect(Set(plain).count > 1)
  }

  @Test(arguments: [
    DecodingOptions(stopTexts: [[]]),
    DecodingOptions(stopTexts: [[65], [0xA9, 65]], keepsValidUTF8: true),
    DecodingOptions(stopBytes: [65, 0xBF], keepsValidUTF8: true),
  ])
  func `stops that cannot be kept are typed errors`(options: DecodingOptions) {
    #expect {
      try options.validate()
    } throws: { error in
      guard case DecodingError.invalidOption(let name, _, let remedy) = error else { return false }
      return name.hasPrefix("stop") && remedy.hasPrefix("give ")
    }
  }
}
