import Foundation
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
        ("layers", "\(configuration["num_hidden_layers", default: 0])"),
        ("width", widthText),
        ("state", stateText),
        ("vocabulary", vocabularyText),
        ("tokenizer", tokenizerText),
        ("fingerprint", fingerprint),
      ] + warnings.map { ("warning", $0) }
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
    let vocabulary = configuration["token_count", default: 0]
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
    "\(configuration["hidden_size", default: 0]), "
      + "\(configuration["intermediate_size", default: 0]) inside a layer, \(norm)"
  }

  private var stateText: String {
    "\(configuration["state_size", default: 0]) a channel, "
      + "convolution over \(configuration["conv_kernel", default: 0]), "
      + "time step of rank \(configuration["time_step_rank", default: 0])"
  }

  private var vocabularyText: String {
    "\(configuration["token_count", default: 0]), "
      + (padding > 0 ? "padded by \(padding), " : "")
      + (tiesEmbeddings ? "the head shares the embeddings" : "with a head of its own")
  }

  private var padding: Int {
    configuration["vocab_size", default: 0] - configuration["token_count", default: 0]
  }

  private static func grouped(_ number: Int) -> String {
    let digits = Array("\(number)")
    return digits.indices.reduce(into: "") { text, index in
      if index > 0, (digits.count - index) % 3 == 0 { text += "," }
      text.append(digits[index])
    }
  }
}
