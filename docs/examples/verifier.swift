// A verifier of one's own: each byte depends on the one before it, as often as in a text.
import BundledModels
import Foundation
import SpecDecode

struct MarkovVerifier: VerifierModel {
  /// For each byte the logits of the 256 that may follow it.
  let table: [[Float]]

  init(text: String) {
    var counts = [[Float]](repeating: Array(repeating: 0.001, count: 256), count: 256)
    for (first, second) in zip(text.utf8, text.utf8.dropFirst()) {
      counts[Int(first)][Int(second)] += 1
    }
    table = counts.map { $0.map { Float(log(Double($0))) } }
  }

  func makeSession() -> Session { Session(table: table) }

  struct Session: VerifierSession {
    let table: [[Float]]
    /// The most bytes that one pass may verify.
    let windowLimit = 16
    /// The state before the last window, and after each of its bytes: here, the last byte.
    private var states: [UInt8] = [0]

    init(table: [[Float]]) { self.table = table }

    mutating func consume(_ bytes: ArraySlice<UInt8>) { states = [bytes.last ?? last] }

    mutating func verify(_ window: [UInt8]) { states = [last] + window }

    /// The same bits, however the bytes before were divided into windows: exactness rests on it.
    func copyLogits(after index: Int, into logits: inout [Float]) {
      logits = table[Int(states[index + 1])]
    }

    mutating func rollBack(toFirst count: Int) { states = [states[count]] }

    private var last: UInt8 { states[states.count - 1] }
  }
}

let text = "It was a dark and stormy night; the rain fell in torrents, except at intervals."
let drafter = try SubwordDrafter(contentsOf: BundledModels.pair().drafter)
let decoder = SpeculativeDecoder(drafter: drafter, verifier: MarkovVerifier(text: text))
let measured = try decoder.compare(
  "It was", maxBytes: 100, sampling: .init(temperature: 1, seed: 1))
print(measured.speculative.text)
print("identical:", measured.isIdentical)
