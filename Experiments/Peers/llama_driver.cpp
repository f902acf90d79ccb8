// Drives llama.cpp as `DecodingSpeed serve` and `specdecode logits` drive this project's models.
//
//   llama_driver MODEL.gguf THREADS serve           answers "plain N", "prefill N" and "window N",
//                                                   one a line, with seconds, one a line
//   llama_driver MODEL.gguf THREADS logits OUT IDS  writes f32 [ids][vocabulary] after each of the
//                                                   token ids in the file IDS

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "llama.h"

namespace {

constexpr int batch_limit = 512;

class Engine {
 public:
  Engine(const char *path, int threads) {
    llama_log_set([](ggml_log_level, const char *, void *) {}, nullptr);
    model = llama_model_load_from_file(path, llama_model_default_params());
    if (!model) throw std::runtime_error(std::string(path) + " cannot be loaded");
    llama_context_params params = llama_context_default_params();
    params.n_ctx = 4096;
    params.n_batch = batch_limit;
    params.n_ubatch = batch_limit;
    params.n_threads = threads;
    params.n_threads_batch = threads;
    context = llama_init_from_model(model, params);
    if (!context) throw std::runtime_error(std::string(path) + " gives no context");
    vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));
    batch = llama_batch_init(batch_limit, 0, 1);
  }

  int vocabulary_size() const { return vocabulary; }

  void reset() {
    llama_memory_clear(llama_get_memory(context), true);
    position = 0;
  }

  /// Consumes tokens, with the logits after all of them or after the last.
  void decode(const std::vector<llama_token> &tokens, bool all_logits) {
    batch.n_tokens = static_cast<int>(tokens.size());
    for (int i = 0; i < batch.n_tokens; i++) {
      batch.token[i] = tokens[i];
      batch.pos[i] = position++;
      batch.n_seq_id[i] = 1;
      batch.seq_id[i][0] = 0;
      batch.logits[i] = all_logits || i == batch.n_tokens - 1;
    }
    if (llama_decode(context, batch) != 0) throw std::runtime_error("llama_decode failed");
    // Computing may be asynchronous: whoever measures must wait for the result.
    llama_synchronize(context);
  }

  const float *logits(int index) { return llama_get_logits_ith(context, index); }

  /// Greedy decoding; returns the last token.
  llama_token generate(int count, llama_token token) {
    for (int i = 0; i < count; i++) {
      decode({token}, true);
      const float *row = logits(0);
      token = static_cast<llama_token>(std::max_element(row, row + vocabulary) - row);
    }
    return token;
  }

 private:
  llama_model *model = nullptr;
  llama_context *context = nullptr;
  llama_batch batch{};
  int vocabulary = 0;
  llama_pos position = 0;
};

template <typename Body>
double seconds(Body body) {
  auto start = std::chrono::steady_clock::now();
  body();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double answer(Engine &engine, const std::string &request, int count) {
  std::mt19937 random(3);
  std::uniform_int_distribution<llama_token> any(0, engine.vocabulary_size() - 1);
  std::vector<llama_token> tokens(count);
  for (auto &token : tokens) token = any(random);
  engine.reset();
  llama_token first = engine.generate(3, 0);
  if (request == "plain") return seconds([&] { engine.generate(count, first); });
  if (request == "prefill" && count <= batch_limit) {
    return seconds([&] { engine.decode(tokens, false); });
  }
  if (request == "window" && count <= batch_limit) {
    return seconds([&] { engine.decode(tokens, true); });
  }
  throw std::runtime_error("a request is plain N, prefill N or window N, not " + request);
}

void serve(Engine &engine) {
  std::cout << "ready" << std::endl;
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string request;
    int count = 0;
    if (!(words >> request >> count) || count < 1 || count > 4000) {
      throw std::runtime_error("a request is plain N, prefill N or window N, not " + line);
    }
    std::cout.precision(9);
    std::cout << answer(engine, request, count) << std::endl;
  }
}

void write_logits(Engine &engine, const char *path, const char *ids) {
  std::ifstream input(ids);
  std::vector<llama_token> tokens;
  for (llama_token token; input >> token;) tokens.push_back(token);
  if (tokens.empty() || tokens.size() > batch_limit) {
    throw std::runtime_error(std::string(ids) + " must hold 1 to 512 token ids");
  }
  engine.reset();
  engine.decode(tokens, true);
  std::ofstream output(path, std::ios::binary);
  for (size_t i = 0; i < tokens.size(); i++) {
    output.write(reinterpret_cast<const char *>(engine.logits(static_cast<int>(i))),
                 static_cast<std::streamsize>(sizeof(float)) * engine.vocabulary_size());
  }
  if (!output.flush()) throw std::runtime_error(std::string(path) + " cannot be written");
}

}  // namespace

int main(int count, char **arguments) {
  try {
    std::string mode = count > 3 ? arguments[3] : "";
    if (mode == "serve" && count == 4) {
      Engine engine(arguments[1], std::stoi(arguments[2]));
      serve(engine);
    } else if (mode == "logits" && count == 6) {
      Engine engine(arguments[1], std::stoi(arguments[2]));
      write_logits(engine, arguments[4], arguments[5]);
    } else {
      std::cerr << "usage: llama_driver MODEL.gguf THREADS serve | logits OUT IDS\n";
      return 64;
    }
  } catch (const std::exception &error) {
    std::cerr << "llama_driver: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
