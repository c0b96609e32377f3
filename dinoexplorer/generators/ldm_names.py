"""Names of the autoencoders of latent diffusion as diffusers has them, whichever program wrote them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

_STEPS = (
    (r"\.down\.(\d+)\.downsample\.", r".down_blocks.\1.downsamplers.0."),
    (r"\.up\.(\d+)\.upsample\.", r".up_blocks.\1.upsamplers.0."),
    (r"\.down\.(\d+)\.block\.", r".down_blocks.\1.resnets."),
    (r"\.up\.(\d+)\.block\.", r".up_blocks.\1.resnets."),
    (r"\.down\.(\d+)\.attn\.", r".down_blocks.\1.attentions."),
    (r"\.up\.(\d+)\.attn\.", r".up_blocks.\1.attentions."),
    (r"\.mid\.attn_1\.", ".mid_block.attentions.0."),
    (r"\.mid\.block_1\.", ".mid_block.resnets.0."),
    (r"\.mid\.block_2\.", ".mid_block.resnets.1."),
    (r"\.nin_shortcut\.", ".conv_shortcut."),
    (r"\.norm_out\.", ".conv_norm_out."),
    (r"(attentions\.\d+)\.norm\.", r"\1.group_norm."),
    (r"(attentions\.\d+)\.(?:q|query)\.", r"\1.to_q."),
    (r"(attentions\.\d+)\.(?:k|key)\.", r"\1.to_k."),
    (r"(attentions\.\d+)\.(?:v|value)\.", r"\1.to_v."),
    (r"(attentions\.\d+)\.(?:proj_out|proj_attn)\.", r"\1.to_out.0."),
)
_UP = re.compile(r"^decoder\.up_blocks\.(\d+)\.")
_FIRST = "encoder.conv_in.weight"
_PARTS = ("encoder.", "decoder.", "quant_conv.", "post_quant_conv.", "quantize.")


def as_diffusers(tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor]:
    """The autoencoder's tensors by diffusers' names; those of files that hold nothing of the kind as they are.

    CompVis counts the decoder's stages from the largest picture down, and keeps attention in convolutions of one place;
    a whole Stable Diffusion checkpoint has the autoencoder below ``first_stage_model``.
    """
    prefix = next((name.removesuffix(_FIRST) for name in tensors if f".{name}".endswith(f".{_FIRST}")), "")
    own = {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    if "decoder.conv_in.weight" not in own:
        return tensors
    turned = "decoder.mid.block_1.conv1.weight" in own
    if prefix or turned:  # a loss, a discriminator or a diffusion model may lie beside it
        own = {name: tensor for name, tensor in own.items() if name.startswith(_PARTS)}
    renamed = {_renamed(name): tensor for name, tensor in own.items()}
    if turned:
        last = max((int(found[1]) for name in renamed if (found := _UP.match(name))), default=0)
        renamed = {_UP.sub(lambda found: f"decoder.up_blocks.{last - int(found[1])}.", name): tensor
                   for name, tensor in renamed.items()}  # fmt: skip
    return {name: _as_matrix(name, tensor) for name, tensor in renamed.items()}


def _renamed(name: str) -> str:
    for old, new in _STEPS:
        name = re.sub(old, new, name)
    return name


def _as_matrix(name: str, tensor: Tensor) -> Tensor:
    places = ".attentions." in name and tensor.ndim == 4 and tensor.shape[2:] == (1, 1)
    return tensor[:, :, 0, 0] if places else tensor
