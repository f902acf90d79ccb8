import DecodingCore
import Drafter
import Foundation
import Mamba
import Reporting
import SpecDecodePlatform

/// What `--drafter` names: a folder with a model, or a drafter that needs none.
enum ChosenDrafter: DrafterModel {
  case subword(SubwordDrafter, folder: URL)
  case ngram

  /// The name of the drafter that looks up what the text has had; a folder of that name is `./ngram`.
  static let ngramName = "ngram"

  /// Reads a model, the bundled one where none is named.
  init(_ name: String?, on devices: ModelDevices) throws {
    if name == Self.ngramName {
      self = .ngram
    } else {
      let folder = try ModelFolder.drafter(name)
      self = .subword(
        try SubwordDrafter(contentsOf: folder, on: devices.drafterDevice), folder: folder)
    }
  }

  /// The model; nil for a drafter without one.
  var model: SubwordDrafter? {
    switch self {
    case .subword(let drafter, _): drafter
    case .ngram: nil
    }
  }

  /// What a report says of where it came from.
  var path: String {
    switch self {
    case .subword(_, let folder): folder.path(percentEncoded: false)
    case .ngram: Self.ngramName
    }
  }

  /// What a benchmark's header says of it.
  func record() throws -> ModelRecord {
    switch self {
    case .subword(let drafter, let folder):
      ModelRecord(
        folder, fingerprint: SHA256.hex(try drafter.fingerprint()),
        weightBytes: drafter.weightByteCount)
    case .ngram:
      ModelRecord(name: path, path: path, fingerprint: path, weightBytes: 0)
    }
  }

  func makeSession() -> Session {
    switch self {
    case .subword(let drafter, _): Session(drafter.makeSession())
    case .ngram: Session(NgramDrafter().makeSession())
    }
  }

  /// The session of either.
  struct Session: DrafterSession {
    private var session: any DrafterSession

    fileprivate init(_ session: any DrafterSession) {
      self.session = session
    }

    var tokenByteCount: Int? { session.tokenByteCount }
    var byteCount: Int? { session.byteCount }

    mutating func observe(_ bytes: ArraySlice<UInt8>) { session.observe(bytes) }

    mutating func catchUp() throws(DecodingError) { try session.catchUp() }

    mutating func extend(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      try session.extend(&draft, sampler: &sampler)
    }

    mutating func extendBySampling(
      _ draft: inout Draft, sampler: inout ByteSampler
    ) throws(DecodingError) -> Bool {
      try session.extendBySampling(&draft, sampler: &sampler)
    }
  }
}
