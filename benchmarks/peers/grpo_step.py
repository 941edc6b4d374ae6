"""The step of reinforcement of EgRlTask.java in TRL: python grpo_step.py THREADS QUICK. One step of the trainer for each command."""
import os
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import side

os.environ["HF_HUB_OFFLINE"] = "1"
torch, datasets, tokenizers, transformers, trl = side.need("torch", "datasets", "tokenizers", "transformers", "trl")

THREADS = int(sys.argv[1])
VOCABULARY, PROMPTS, ROLLOUTS, PROMPT_TOKENS, NEW_TOKENS = 4096, 8, 8, 64, 64
END, PAD = VOCABULARY - 2, VOCABULARY - 1
torch.set_num_threads(THREADS)
torch.manual_seed(11)
FOLDER = tempfile.mkdtemp(prefix="grpo-")


def decoder(layers, width, heads, hidden):
    return transformers.Qwen3ForCausalLM(transformers.Qwen3Config(
        vocab_size=VOCABULARY, hidden_size=width, intermediate_size=hidden, num_hidden_layers=layers, num_attention_heads=heads, num_key_value_heads=2,
        head_dim=width // heads, max_position_embeddings=512, tie_word_embeddings=True, eos_token_id=END, pad_token_id=PAD))


decoder(6, 384, 6, 1536).save_pretrained(FOLDER)   # the trainer loads the frozen reference from the same folder
policy = transformers.Qwen3ForCausalLM.from_pretrained(FOLDER, dtype=torch.float32)
policy.generation_config.suppress_tokens = [END, PAD]   # every rollout has all its tokens
encoder = decoder(4, 256, 4, 1024).eval()
direction = torch.nn.functional.normalize(torch.randn(256), dim=0)

names = {f"t{i}": i for i in range(END)} | {"<end>": END, "<pad>": PAD}
words = tokenizers.Tokenizer(tokenizers.models.WordLevel(names, unk_token="t0"))
words.pre_tokenizer = tokenizers.pre_tokenizers.WhitespaceSplit()
tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=words, eos_token="<end>", pad_token="<pad>", padding_side="left")
prompts = datasets.Dataset.from_dict({"prompt": [" ".join(f"t{i}" for i in row) for row in torch.randint(END, (64 * PROMPTS, PROMPT_TOKENS)).tolist()]})

spent = {"rollouts": 0.0, "reward": 0.0}


def timed(phase, work):
    def wrapper(*args, **options):
        start = time.perf_counter()
        try:
            return work(*args, **options)
        finally:
            spent[phase] += time.perf_counter() - start
    return wrapper


@torch.no_grad()
def closeness(prompts, completions, **_):
    ids = tokenizer([f"{p} {c}" for p, c in zip(prompts, completions)], return_tensors="pt", padding=True)
    state = encoder.model(input_ids=ids["input_ids"], attention_mask=ids["attention_mask"]).last_hidden_state.mean(1)
    return (torch.nn.functional.normalize(state, dim=-1) @ direction).tolist()


transformers.Qwen3ForCausalLM.generate = timed("rollouts", transformers.Qwen3ForCausalLM.generate)
waiting = side.commands()


class Commands(transformers.TrainerCallback):
    """Holds the trainer between two steps until the next command."""

    def on_step_begin(self, args, state, control, **_):
        for self.verb in waiting:
            if self.verb != "finish":
                break
            side.answer(name=f"TRL {trl.__version__}, PyTorch {torch.__version__}, transformers {transformers.__version__}, {torch.get_num_threads()} threads")
        else:
            os._exit(0)
        for phase in spent:
            spent[phase] = 0.0
        self.start = time.perf_counter()

    def on_step_end(self, args, state, control, **_):
        seconds = time.perf_counter() - self.start
        if self.verb == "warm":
            side.answer(parameters=sum(p.numel() for p in policy.parameters()))
        else:
            side.answer(value=seconds, phases=spent | {"reference and update": seconds - sum(spent.values())})


reward = timed("reward", closeness)
reward.__name__ = "closeness"
settings = trl.GRPOConfig(
    output_dir=FOLDER, per_device_train_batch_size=PROMPTS * ROLLOUTS, num_generations=ROLLOUTS, max_completion_length=NEW_TOKENS, max_steps=1_000_000,
    learning_rate=3e-6, beta=0.01, temperature=1.0, loss_type="grpo", num_iterations=1, logging_steps=1_000_000, save_strategy="no", report_to=[], use_cpu=True,
    bf16=False, gradient_checkpointing=False, disable_tqdm=True, seed=3)
trl.GRPOTrainer(model=policy, reward_funcs=reward, args=settings, train_dataset=prompts, processing_class=tokenizer, callbacks=[Commands()]).train()
