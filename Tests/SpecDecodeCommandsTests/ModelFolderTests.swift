import Foundation
import Testing

/// What people give in the place of a folder.
struct ModelFolderTests {
  @Test(arguments: ["HF_HUB_CACHE", "HF_HOME"])
  func `a name on Hugging Face is looked up in its cache`(variable: String) throws {
    let models = try TinyModels()
    let hub = variable == "HF_HOME" ? models.url.appending(path: "hub") : models.url
    let repository = hub.appending(path: "models--some--byte-model")
    let snapshots = repository.appending(path: "snapshots")
    for folder in [snapshots, repository.appending(path: "refs")] {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    try Data("0123abc\n".utf8).write(to: repository.appending(path: "refs/main"))
    try FileManager.default.copyItem(
      at: models.url.appending(path: "verifier"), to: snapshots.appending(path: "0123abc"))
    let outcome = try Executable.run(
      ["inspect", "some/byte-model"], environment: [variable: models.url.path])
    #expect(outcome.code == 0, "\(outcome.error)")
    #expect(outcome.text.contains("verifier (--verifier)"))
    let missing = try Executable.run(
      ["run", "-m", "state-spaces/mamba-130m"], environment: [variable: models.url.path])
    #expect(missing.code == 1)
    #expect(missing.error.contains("hf download state-spaces/mamba-130m"), "\(missing.error)")
  }

  @Test func `a pointer of Git LFS is named as one`() throws {
    let models = try TinyModels()
    _ = try models.write(
      Array("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n".utf8),
      to: "verifier/model.safetensors")
    let outcome = try Executable.run(["inspect", models.path("verifier")])
    #expect(outcome.code == 1)
    #expect(outcome.error.contains("model.safetensors is a Git LFS pointer"))
    #expect(outcome.error.contains("lfs pull"))
  }

  @Test func `a GGUF file is named as one`() throws {
    let models = try TinyModels()
    let file = try models.write(Array("GGUF".utf8), to: "model.gguf")
    for path in [file, models.path("")] {
      let outcome = try Executable.run(["inspect", path])
      #expect(outcome.code == 1)
      #expect(outcome.error.contains("GGUF is not read"), "\(outcome.error)")
    }
  }

  @Test(
    .enabled(if: FileManager.default.fileExists(atPath: "/bin/bash")),
    arguments: [
      ("run --max-b", "--max-bytes"), ("tokenizer train --voc", "--vocabulary"),
      ("tokenize --ex", "--exact"), ("repo", "report"),
    ])
  func `bash completes by the table`(line: String, word: String) throws {
    let script = try Executable.run(["completions", "bash"]).text
    let words = line.split(separator: " ").map { "'\($0)'" }.joined(separator: " ")
    let count = line.split(separator: " ").count
    let outcome = try Executable.run(
      [
        "-c",
        "\(script)\nCOMP_WORDS=(specdecode \(words)) COMP_CWORD=\(count)\n_specdecode\n"
          + "printf '%s' \"${COMPREPLY[*]}\"",
      ], program: URL(filePath: "/bin/bash"))
    #expect(outcome.text == word, "\(outcome.error)")
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `a shell gets the options from the table`(shell: String) throws {
    let outcome = try Executable.run(["completions", shell])
    #expect(outcome.code == 0)
    for word in ["max-bytes", "draft-tokens", "overwrite", "activations-15"] {
      #expect(outcome.text.contains(word), "\(word)")
    }
  }
}
