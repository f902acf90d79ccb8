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

  @Test(
    arguments: [
      (SamplingOptions(topK: 0), "top-k", "0"), (SamplingOptions(topK: 257), "top-k", "257"),
      (SamplingOptions(topK: -3), "top-k", "-3"), (SamplingOptions(topP: 0), "top-p", "0.0"),
      (SamplingOptions(topP: 1.5), "top-p", "1.5"), (SamplingOptions(topP: .nan), "top-p", "nan"),
      (SamplingOptions(minP: -0.1), "min-p", "-0.1"), (SamplingOptions(minP: 2), "min-p", "2.0"),
      (SamplingOptions(minP: .nan), "min-p", "nan"),
    ] as [(SamplingOptions, String, String)])
  func `a filter out of range is an error that names it`(
    options: SamplingOptions, name: String, value: String
  ) {
    #expect {
      try options.validate()
    } throws: { error in
      guard case DecodingError.invalidOption(name, value, let remedy) = error else { return false }
      return remedy.hasPrefix("give ")
    }
  }

  @Test func `decoding is greedy by default`() {
    #expect(SamplingOptions() == SamplingOptions(temperature: 0, seed: 0))
  }

  @Test func `the error of a damaged model names it and the entry`() {
    let description = DecodingError.nonFiniteLogit(model: "verifier", index: 17).description
    #expect(description.contains("verifier") && description.contains("17"))
  }
}
