import SpecDecodeCommands
import Testing

struct RowQuantizationTests {
  @Test func `the largest magnitude becomes 127`() {
    let row: [Float] = [0.5, -2, 1]
    let scale = RowQuantization.scale(of: row[...])
    #expect(scale == Float(2) / 127)
    #expect(RowQuantization.quantized(row[...], scale: scale) == [32, -127, 64])
  }

  @Test func `halves go to the even neighbour`() {
    let row: [Float] = [127, 0.5, 1.5, 2.5, -0.5, -1.5]
    #expect(RowQuantization.scale(of: row[...]) == 1)
    #expect(RowQuantization.quantized(row[...], scale: 1) == [127, 0, 2, 2, 0, -2])
  }

  @Test func `a row of zeros has scale 0 and stays zero`() {
    let row: [Float] = [0, -0, 0]
    #expect(RowQuantization.scale(of: row[...]) == 0)
    #expect(RowQuantization.quantized(row[...], scale: 0) == [0, 0, 0])
  }

  @Test(arguments: [Float.leastNonzeroMagnitude, 0x1p-146, .leastNormalMagnitude, 3e38])
  func `the smallest and largest weights neither trap nor leave the range`(weight: Float) {
    let row: [Float] = [weight, -weight, weight / 2]
    let scale = RowQuantization.scale(of: row[...])
    let integers = RowQuantization.quantized(row[...], scale: scale)
    #expect(integers.allSatisfy { (-127...127).contains($0) })
  }

  @Test(arguments: [
    (Float.greatestFiniteMagnitude, false), (.greatestFiniteMagnitude.nextDown, false),
    (.greatestFiniteMagnitude / 128 * 127, true), (1, true), (0, true),
  ])
  func `a scale is readable when no integer times it overflows`(weight: Float, isReadable: Bool) {
    let scale = RowQuantization.scale(of: [weight][...])
    #expect(RowQuantization.isReadable(scale: scale) == isReadable)
  }

  @Test(arguments: [
    ("backbone.layers.3.mixer.in_proj.weight", [4, 2], true),
    ("backbone.embeddings.weight", [4, 2], true), ("lm_head.weight", [4, 2], true),
    ("backbone.layers.3.mixer.A_log", [4, 2], false),
    ("backbone.layers.3.mixer.conv1d.weight", [4, 1, 2], false),
    ("backbone.layers.3.mixer.dt_proj.bias", [4], false),
    ("my_lm_head.weight", [4, 2], false),
  ])
  func `projections and embeddings are quantised`(name: String, shape: [Int], applies: Bool) {
    #expect(RowQuantization.applies(to: name, shape: shape) == applies)
  }
}
