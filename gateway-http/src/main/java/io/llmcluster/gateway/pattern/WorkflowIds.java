package io.llmcluster.gateway.pattern;

import io.llmcluster.patterns.request.DerivedId;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** Ids of workflows and conversations: random, or made of a client's {@code Idempotency-Key}. */
public final class WorkflowIds {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Pattern VALID = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  private WorkflowIds() {}

  /** A new one; or, for the same key of the same tenant, the same one. */
  public static String of(String tenant, String idempotencyKey) {
    return of("wf-", tenant, idempotencyKey);
  }

  /**
   * @param prefix says of what kind it is
   */
  public static String of(String prefix, String tenant, String idempotencyKey) {
    if (!idempotencyKey.isEmpty()) {
      return DerivedId.of(prefix, tenant, idempotencyKey);
    }
    byte[] bytes = new byte[DerivedId.BYTES];
    RANDOM.nextBytes(bytes);
    return prefix + HexFormat.of().formatHex(bytes);
  }

  /** Whether a text can be an id at all. */
  public static boolean isValid(String id) {
    return VALID.matcher(id).matches();
  }
}
