import Foundation
import SpecDecodeTokenizer
import TestSupport
import Testing

/// What `Experiments/Fuzz` found, once more: a trap would end the test process.
@Suite struct FuzzRegressionTests {
  @Test func `every tokenizer is read or refused in time`() throws {
    let text = Array("The cafe\u{301}, it's 1815\n".utf8) + [0xFF, 0x00]
    let inputs = try FuzzInputs.of("tokenizer", in: Bundle.module.resourceURL)
    #expect(!inputs.isEmpty)
    for (name, bytes) in inputs {
      let seconds = ThreadTime.seconds {
        do throws(TokenizerError) {
          _ = try BPETokenizer(json: Data(bytes), path: name).encode(text)
        } catch {
          #expect(!error.description.isEmpty, "\(name)")
        }
      }
      #expect(seconds < FuzzInputs.secondsLimit, "\(name)")
    }
  }
}
