package embedrl.benchmarks;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;

/** One AdamW update in place with the operations of torch.optim.AdamW on the CPU, in their order. */
final class TorchAdamW {
    private final PtSymbolBlock script;

    TorchAdamW(Torch torch) {
        script = TorchScript.compile(torch, """
                def forward(self: __torch__.Call, p: Tensor, g: Tensor, m: Tensor, v: Tensor, keep: float, rate: float, correction: float, beta1: float, beta2: float, epsilon: float) -> Tensor:
                  _0 = torch.mul_(p, keep)
                  _1 = torch.lerp_(m, g, torch.sub(1., beta1))
                  _2 = torch.mul_(v, beta2)
                  _3 = torch.addcmul_(v, g, g, value=torch.sub(1., beta2))
                  denominator = torch.add_(torch.div(torch.sqrt(v), correction), epsilon)
                  return torch.addcdiv_(p, m, denominator, value=torch.neg(rate))
                """);
    }

    /** Step counts from 1. */
    void update(NDArray p, NDArray gradient, NDArray m, NDArray v, int step) {
        double keep = 1 - (double) TrainingTask.LEARNING_RATE * TrainingTask.WEIGHT_DECAY;
        double rate = TrainingTask.LEARNING_RATE / (1 - Math.pow(TrainingTask.BETA_1, step));
        double correction = Math.sqrt(1 - Math.pow(TrainingTask.BETA_2, step));
        IValue[] arguments = {IValue.from((PtNDArray) p), IValue.from((PtNDArray) gradient), IValue.from((PtNDArray) m), IValue.from((PtNDArray) v), IValue.from(keep),
                IValue.from(rate), IValue.from(correction), IValue.from((double) TrainingTask.BETA_1), IValue.from((double) TrainingTask.BETA_2),
                IValue.from((double) TrainingTask.EPSILON)};
        script.forward(arguments).close();
        for (IValue argument : arguments) argument.close();
    }
}
