"""The grounding model in torch: the first layers of MiniLM-L6, flags beside the word embeddings, three heads."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

WIDTH, HEADS, MIDDLE, PLACES = 384, 12, 1536, 512
SHORT = 220  # tokens
RESPONSES = 3
DROPPED = 0.1  # share of the values left out while training


class Layer(nn.Module):
    """One BERT layer."""

    def __init__(self) -> None:
        super().__init__()
        self.joined = nn.Linear(WIDTH, 3 * WIDTH)
        self.attended = nn.Linear(WIDTH, WIDTH)
        self.first_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.wide = nn.Linear(WIDTH, MIDDLE)
        self.narrow = nn.Linear(MIDDLE, WIDTH)
        self.second_norm = nn.LayerNorm(WIDTH, eps=1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        batch, tokens, _ = x.shape
        parts = self.joined(x).view(batch, tokens, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        query, key, value = parts.unbind(0)
        if tokens <= SHORT:  # quicker than the fused kernel
            scores = torch.matmul(query / math.sqrt(WIDTH // HEADS), key.transpose(-1, -2)) + mask
            mixed = torch.matmul(torch.softmax(scores, -1), value)
        else:
            mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = self.attended(mixed.transpose(1, 2).reshape(batch, tokens, WIDTH))
        x = self.first_norm(x + functional.dropout(seen, DROPPED, self.training))
        thought = self.narrow(functional.gelu(self.wide(x)))
        return self.second_norm(x + functional.dropout(thought, DROPPED, self.training))

    def take(self, weights: dict[str, Tensor], prefix: str) -> None:
        """Copy a layer of the checkpoint."""
        own = f"{prefix}.attention.self"
        for kind in ("weight", "bias"):
            joined = torch.cat([weights[f"{own}.{part}.{kind}"] for part in ("query", "key", "value")])
            getattr(self.joined, kind).data.copy_(joined)
            getattr(self.attended, kind).data.copy_(weights[f"{prefix}.attention.output.dense.{kind}"])
            getattr(self.first_norm, kind).data.copy_(weights[f"{prefix}.attention.output.LayerNorm.{kind}"])
            getattr(self.wide, kind).data.copy_(weights[f"{prefix}.intermediate.dense.{kind}"])
            getattr(self.narrow, kind).data.copy_(weights[f"{prefix}.output.dense.{kind}"])
            getattr(self.second_norm, kind).data.copy_(weights[f"{prefix}.output.LayerNorm.{kind}"])


class Network(nn.Module):
    """Token logits (unsupported, conflict) and response logits of windows (unsupported, contradiction, wrong entity);
    ``sets`` get intercepts of their own."""

    def __init__(self, layers: int, flags: int, sets: int) -> None:
        super().__init__()
        self.places = nn.Embedding(PLACES, WIDTH)
        self.segments = nn.Embedding(3, WIDTH)
        self.flags = nn.Linear(flags, WIDTH, bias=False)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.layers = nn.ModuleList([Layer() for _ in range(layers)])
        self.token_head = nn.Linear(WIDTH, 2)
        self.response_head = nn.Linear(3 * WIDTH, RESPONSES)
        self.intercepts = nn.Embedding(sets, RESPONSES + 1)
        self.sharpness = nn.Parameter(torch.tensor(1.0))
        nn.init.normal_(self.flags.weight, std=0.02)
        nn.init.zeros_(self.intercepts.weight)

    def take(self, weights: dict[str, Tensor], chosen: tuple[int, ...]) -> None:
        """Start from the checkpoint; ``chosen`` names its layer for each of ours."""
        self.places.weight.data.copy_(weights["embeddings.position_embeddings.weight"])
        self.segments.weight.data.copy_(weights["embeddings.token_type_embeddings.weight"][[0, 0, 1]])
        self.norm.weight.data.copy_(weights["embeddings.LayerNorm.weight"])
        self.norm.bias.data.copy_(weights["embeddings.LayerNorm.bias"])
        for layer, number in zip(self.layers, chosen, strict=True):
            layer.take(weights, f"encoder.layer.{number}")

    def go_on(self, state: dict[str, Tensor], weights: dict[str, Tensor]) -> None:
        """Start from an earlier training, also of fewer layers or responses; a new layer is the checkpoint's of its
        number, a new response knows nothing."""
        for number, layer in enumerate(self.layers):
            layer.take(weights, f"encoder.layer.{number}")
        own = self.state_dict()
        for name, value in state.items():
            if own[name].shape == value.shape:
                own[name] = value
            elif name == "intercepts.weight":
                own[name].zero_()
                own[name][:, 0], own[name][:, -1] = value[:, 0], value[:, -1]
            else:
                own[name].zero_()
                own[name][: len(value)] = value
        self.load_state_dict(own)

    def forward(self, words: Tensor, segments: Tensor, flags: Tensor, real: Tensor, sets: Tensor) -> dict[str, Tensor]:
        """words (b, t, 384) embeddings; segments (b, t); flags (b, t, f); real (b, t) is False on padding."""
        places = self.places.weight[: words.shape[1]]
        x = words + places + self.segments(segments) + self.flags(flags)
        x = functional.dropout(self.norm(x), DROPPED, self.training)
        mask = torch.where(real, 0.0, -1e4)[:, None, None, :].to(x.dtype)
        for layer in self.layers:
            x = layer(x, mask)
        x = x.float()
        own = (segments == 2) & real
        tokens = self.token_head(x)
        top = x.masked_fill(~own[..., None], -1e4).amax(1)
        mean = (x * own[..., None]).sum(1) / own.sum(1, keepdim=True).clamp(min=1)
        response = self.response_head(torch.cat([x[:, 0], top, mean], 1))
        worst = tokens[..., 0].masked_fill(~own, -1e4)
        pooled = torch.logsumexp(worst * 2, 1) / 2 - math.log(8) / 2
        shift = self.intercepts(sets)
        return {
            "tokens": tokens, "response": response, "shifted": response + shift[:, :RESPONSES],
            "pooled": pooled * self.sharpness + shift[:, RESPONSES], "own": own,
        }  # fmt: skip


def word_table(weights: dict[str, Tensor]) -> Tensor:
    """The word embeddings as the shipped encoder stores them: int8 codes and one scale a row."""
    table = weights["embeddings.word_embeddings.weight"].numpy()
    scales = np.maximum(np.abs(table).max(axis=1) / 127.0, np.finfo(np.float32).tiny).astype(np.float32)
    codes = np.clip(np.rint(table / scales[:, None]), -127, 127)
    return torch.from_numpy((codes * scales[:, None]).astype(np.float32))


def checkpoint(package: Path) -> dict[str, Tensor]:
    return load_file(package / "model" / "model.safetensors")
