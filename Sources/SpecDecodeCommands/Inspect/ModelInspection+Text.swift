import Foundation
import Mamba
import Reporting

extension ModelInspection {
  /// The inspection in plain words; ends with a newline.
  var text: String {
    let rows =
      [
        ("directory", directory),
        ("can be used as", useText),
        ("parameters", Self.grouped(parameters)),
        ("memory", "\(NumberText.bytes(memory)) of weights, as packed"),
        ("in the files", NumberText.bytes(fileBytes)),
        ("tensor types", typeText),
        ("activations", activationText),
        ("layers", "\(sizes.layerCount)"),
        ("width", widthText),
        ("state", stateText),
        ("vocabulary", vocabularyText),
        ("tokenizer", tokenizerText),
        ("fingerprint", fingerprint),
      ] + sizes.warnings.map { ("warning", $0.description) }
    return rows.map { row in
      NumberText.padded(row.0, to: 16) + VisibleText.name(row.1) + "\n"
    }.joined()
  }

  private var useText: String {
    switch uses {
    case ["verifier"]: "verifier (--verifier): its vocabulary is the 256 bytes"
    case ["drafter"]: "drafter (--drafter): it has a tokenizer"
    case ["verifier", "drafter"]: "verifier (--verifier) or drafter (--drafter)"
    default: unusableText
    }
  }

  private var tokenizerText: String {
    if let tokenizerError { return "not usable: \(tokenizerError)" }
    return tokenizerSize.map { "\($0) tokens" } ?? "none (no tokenizer.json)"
  }

  private var unusableText: String {
    let vocabulary = sizes.tokenCount
    guard let tokenizerSize else {
      return "neither: a verifier has a vocabulary of 256, not \(vocabulary); "
        + "a drafter has a tokenizer.json that can be used beside it"
    }
    return "neither: its tokenizer has \(tokenizerSize) tokens, more than the model's \(vocabulary)"
  }

  private var typeText: String {
    types.sorted { $0.key < $1.key }
      .map { "\($0.key): \($0.value.tensors) tensors, \(NumberText.bytes($0.value.bytes))" }
      .joined(separator: " · ")
  }

  private var activationText: String {
    let widths = activations.sorted { $0.key < $1.key }
    return switch widths.count {
    case 0: "float32"
    case 1: "\(widths[0].key) bits in products with int8 matrices"
    default:
      widths.map { "\($0.key) bits in products with \($0.value) int8 matrices" }
        .joined(separator: " · ")
    }
  }

  private var widthText: String {
    "\(sizes.hiddenSize), \(sizes.innerSize) inside a layer, \(norm)"
  }

  private var stateText: String {
    "\(sizes.stateSize) a channel, convolution over \(sizes.convolutionWidth), "
      + "time step of rank \(sizes.timeStepRank)"
  }

  private var vocabularyText: String {
    let padding = sizes.vocabularySize - sizes.tokenCount
    return "\(sizes.tokenCount), " + (padding > 0 ? "padded by \(padding), " : "")
      + (sizes.tiesEmbeddings ? "the head shares the embeddings" : "with a head of its own")
  }

  private static func grouped(_ number: Int) -> String {
    let digits = Array("\(number)")
    return digits.indices.reduce(into: "") { text, index in
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digits[index])
    }
  }
}
