/// To how many bits the activations are quantised that a matrix of 8-bit weights multiplies.
package enum ActivationWidth: Int, Sendable, CaseIterable {
  /// Integers of -127 to 127.
  case bits8 = 8
  /// Integers of -16383 to 16383, multiplied as two halves of 8 bits: twice the work.
  case bits15 = 15
}
