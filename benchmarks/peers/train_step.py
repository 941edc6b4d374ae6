"""The training step of TrainingTask.java in PyTorch: python train_step.py THREADS QUICK eager|compile."""
import sys
import time

sys.dont_write_bytecode = True
import side

torch, = side.need("torch")
from torch import nn
from torch.nn import functional as F

THREADS, QUICK, MODE = int(sys.argv[1]), sys.argv[2] == "true", sys.argv[3]
LAYERS, WIDTH, HEADS, HIDDEN, VOCABULARY, TOKENS, BATCH = 6, 384, 6, 1536, 256, 128, 16
STEPS = 1 if QUICK else 4
PEER = "torch-compile" if MODE == "compile" else "pytorch-" + ".".join(torch.__version__.split(".")[:2])
torch.set_num_threads(THREADS)
torch.manual_seed(7)


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention_norm, self.mlp_norm = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.qkv, self.output = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, HIDDEN), nn.Linear(HIDDEN, WIDTH)

    def forward(self, x):
        parts = [p.view(BATCH, TOKENS, HEADS, -1).transpose(1, 2) for p in self.qkv(self.attention_norm(x)).chunk(3, dim=-1)]
        seen = F.scaled_dot_product_attention(*parts, is_causal=True)
        x = x + self.output(seen.transpose(1, 2).flatten(2))
        return x + self.down(F.gelu(self.up(self.mlp_norm(x))))


class Model(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.positions = nn.Embedding(VOCABULARY, WIDTH), nn.Embedding(TOKENS, WIDTH)
        self.layers = nn.Sequential(*[Layer() for _ in range(LAYERS)])
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, VOCABULARY)

    def forward(self, tokens):
        return self.head(self.norm(self.layers(self.words(tokens) + self.positions.weight)))


model = Model()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)
inputs, targets = torch.randint(VOCABULARY, (2, BATCH, TOKENS))
run = torch.compile(model) if MODE == "compile" else model


def step():
    optimizer.zero_grad(set_to_none=True)
    loss = F.cross_entropy(run(inputs).flatten(0, 1), targets.flatten())
    loss.backward()
    optimizer.step()


if MODE == "compile":
    try:
        step()
    except Exception as reason:   # no C++ compiler, or a processor that it does not know
        side.answer(missing=f"torch.compile: {str(reason).splitlines()[0]}")
        sys.exit(0)
for verb in side.commands():
    if verb == "warm":
        for _ in range(3 if QUICK else 6):
            step()
        side.answer(parameters=sum(p.numel() for p in model.parameters()), peer=PEER)
    elif verb == "round":
        start = time.perf_counter()
        for _ in range(STEPS):
            step()
        side.answer(value=STEPS * BATCH * TOKENS / (time.perf_counter() - start))
    else:
        side.answer(name=f"PyTorch {torch.__version__} in Python {sys.version.split()[0]}, {MODE}, {torch.get_num_threads()} threads")
