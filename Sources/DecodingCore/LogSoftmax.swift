import Kernels

/// Log probabilities under a softmax, in f64, by operations that give the same bits everywhere.
package enum LogSoftmax {
  /// log softmax(logits) of a byte: what the model itself gives it, at temperature 1 and with no
  /// byte left out.
  ///
  /// - Parameter logits: finite values, one a byte.
  package static func value(of byte: UInt8, in logits: [Float]) -> Double {
    value(of: Int(byte), in: logits)
  }

  /// log softmax(logits) of a token.
  ///
  /// - Parameter logits: finite values, one a token.
  package static func value(of token: Int, in logits: [Float]) -> Double {
    var value = 0.0
    FloatingPointMode.withDefault {
      let largest = Double(logits.max() ?? 0)
      var total = 0.0
      for logit in logits { total += ScalarMath.exp(Double(logit) - largest) }
      value = (Double(logits[token]) - largest) - ScalarMath.log(total)
    }
    return value
  }
}
