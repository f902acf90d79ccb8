import Mamba

/// The Python module that lets transformers load a Mamba with LayerNorms, which it does not have:
/// its own class would leave the biases out and say so in a warning only.
enum LayerNormModule {
  /// The module's name.
  static let name = "modeling_mamba_layernorm"
  static let fileName = "\(name).py"
  static let configurationClass = "MambaLayerNormConfig"
  static let modelClass = "MambaLayerNormForCausalLM"

  static let text = """
    # Mamba with LayerNorm in place of RMSNorm, as state-spaces/mamba has it with rms_norm=False.

    from torch.nn import LayerNorm
    from transformers import MambaConfig, MambaForCausalLM


    class \(configurationClass)(MambaConfig):
        model_type = "\(DeclaredConfiguration.layerNormModelType)"


    class \(modelClass)(MambaForCausalLM):
        config_class = \(configurationClass)

        def __init__(self, config):
            super().__init__(config)
            for block in self.backbone.layers:
                block.norm = LayerNorm(config.hidden_size, eps=config.layer_norm_epsilon)
            self.backbone.norm_f = LayerNorm(config.hidden_size, eps=config.layer_norm_epsilon)

    """
}
