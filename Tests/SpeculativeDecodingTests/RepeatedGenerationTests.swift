import Mamba
import MambaDevices

#if os(Linux)
  import DecodingCore
  import Drafter
  import Foundation
  import SpeculativeDecoding
  import TestSupport
  import Testing
  import Verifier

  /// A process that generates all day must not grow.
  @Suite(.enabled(if: !Sanitizer.isActive))
  struct RepeatedGenerationTests {
    /// In a process of its own: other tests' memory does not count there.
    @Test func `a thousand generations take no more memory than a hundred`() async {
      await #expect(processExitsWith: .success) {
        let decoder = try Self.decoder()
        try Self.generate(100, decoder)
        let before = try Self.residentBytes()
        try Self.generate(900, decoder)
        // 2 KiB that were left behind each time; a session has more than 100.
        let growth = try Self.residentBytes() - before
        precondition(growth < 900 * (2 << 10))
      }
    }

    typealias Decoder = SpeculativeDecoder<SubwordDrafter, ByteVerifier>

    private static func decoder() throws -> Decoder {
      let verifier = try TinyModel().write()
      var tiny = TinyModel()
      tiny.vocabularySize = TinyTokenizer.size
      tiny.seed = 2
      let drafter = try tiny.write()
      try TinyTokenizer.write(to: drafter.url)
      return Decoder(
        drafter: try SubwordDrafter(contentsOf: drafter.url, on: .cpu(threads: 2)),
        verifier: try ByteVerifier(contentsOf: verifier.url, on: .cpu(threads: 2)))
    }

    /// Speculative and plain ones by turns, each third of which is stopped halfway.
    private static func generate(_ count: Int, _ decoder: Decoder) throws {
      var decoder = decoder
      decoder.options.maxBytes = 4
      for index in 0..<count {
        decoder.options.sampling.seed = UInt64(index)
        var events = 0
        let observer: (DecodingEvent) -> DecodingControl = { _ in
          events += 1
          return index % 3 == 0 && events == 2 ? .stop : .proceed
        }
        _ =
          index.isMultiple(of: 2)
          ? try decoder.decode([1, 2, 3], observer: observer)
          : try decoder.decode([1, 2, 3], drafting: .never, observer: observer)
      }
    }

    /// Memory that is not of a file.
    private static func residentBytes() throws -> Int {
      let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") })
      return try #require(Int(line.filter(\.isNumber))) << 10
    }
  }
#endif
