package io.llmcluster.patterns.call;

import io.llmcluster.core.inference.Inference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Cancellable;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;

/**
 * The calls of all workflows on this member. A call outlives its workflow's actor for a while, so
 * that one which was restarted can take it up again instead of paying for it twice. Thread-safe.
 */
public final class StepCalls {

  /** Hears of a call, on any thread; must not block. */
  public interface Listener {

    /**
     * A piece of text.
     *
     * @param offset of its first character in the output
     */
    void piece(int offset, String text);

    void ended(CallResult result);
  }

  private final ActorSystem<?> system;
  private final Inference inference;
  private final CallSettings settings;
  private final LongSupplier nanos;
  private final Map<String, Running> calls = new ConcurrentHashMap<>();

  public StepCalls(ActorSystem<?> system, Inference inference, CallSettings settings) {
    this(system, inference, settings, System::nanoTime);
  }

  /**
   * @param nanos a clock that only goes forward
   */
  StepCalls(ActorSystem<?> system, Inference inference, CallSettings settings, LongSupplier nanos) {
    this.system = system;
    this.inference = inference;
    this.settings = settings;
    this.nanos = nanos;
  }

  /** Begins a call. Its key must be new. */
  public void start(StepCall call, Listener listener) {
    Running running = new Running(call, listener);
    calls.put(call.key(), running);
    running.start();
  }

  /** Hears of a call that was begun before; false if there is none, or nobody knows any more. */
  public boolean attach(String key, Listener listener) {
    Running running = calls.get(key);
    return running != null && running.attach(listener);
  }

  /** Nobody needs its result: it is aborted. */
  public void cancel(String key) {
    Running running = calls.remove(key);
    if (running != null) {
      running.cancel();
    }
  }

  /** Its workflow's actor is gone; somebody may {@link #attach} for a while. */
  public void orphan(String key) {
    Running running = calls.get(key);
    if (running != null) {
      running.orphan();
    }
  }

  /** Calls that are known here. */
  public int size() {
    return calls.size();
  }

  private final class Running {
    private final String key;
    private final OneCall call;
    private @Nullable Listener listener;
    private @Nullable CallResult result;
    private @Nullable Cancellable giveUp;
    private int offset;

    Running(StepCall call, Listener listener) {
      this.key = call.key();
      this.listener = listener;
      Consumer<String> onPiece = this::onPiece;
      this.call = new OneCall(system, inference, settings, call, onPiece, nanos);
    }

    void start() {
      call.result().thenAccept(this::onResult);
      call.start();
    }

    private synchronized void onPiece(String text) {
      int at = offset;
      offset += text.length();
      if (listener != null) {
        listener.piece(at, text);
      }
    }

    private synchronized void onResult(CallResult ended) {
      result = ended;
      if (listener != null) {
        listener.ended(ended);
      }
    }

    synchronized boolean attach(Listener next) {
      if (giveUp != null && !giveUp.cancel()) {
        return false;
      }
      giveUp = null;
      listener = next;
      if (result != null) {
        next.ended(result);
      }
      return true;
    }

    synchronized void orphan() {
      listener = null;
      if (giveUp == null) {
        giveUp =
            system
                .scheduler()
                .scheduleOnce(
                    settings.orphanKept(),
                    () -> StepCalls.this.cancel(key),
                    system.executionContext());
      }
    }

    void cancel() {
      call.cancel();
    }
  }
}
