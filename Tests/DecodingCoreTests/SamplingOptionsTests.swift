import DecodingCore
import Testing

@Suite struct SamplingOptionsTests {
  @Test(arguments: [0, -0.0, 1e-6, 0.7, 1, 100])
  func `zero and temperatures from the least on are valid`(temperature: Double) throws {
    let options = SamplingOptions(temperature: temperature)
    try options.validate()
    #expect(ByteSampler(options: options).isGreedy == (temperature == 0))
  }

  @Test(
    arguments: [
      (-1, "-1.0"), (-0.001, "-0.001"), (1e-7, "1e-07"), (.nan, "nan"), (.infinity, "inf"),
      (-.infinity, "-inf"),
    ] as [(Double, String)])
  func `other temperatures are typed errors that name the option, the value and the remedy`(
    temperature: Double, value: String
  ) {
    let error = DecodingError.invalidOption(
      name: "temperature", value: value, remedy: "give 0 or a number of at least 1e-06")
    #expect(throws: error) { try SamplingOptions(temperature: temperature).validate() }
    #expect(
      error.description == "temperature cannot be \(value); give 0 or a number of at least 1e-06")
  }

  @Test func `decoding is greedy by default`() {
    #expect(SamplingOptions() == SamplingOptions(temperature: 0, seed: 0))
  }

  @Test func `the error of a damaged model names it and the entry`() {
    let description = DecodingError.nonFiniteLogit(model: "verifier", index: 17).description
    #expect(description.contains("verifier") && description.contains("17"))
  }
}
