/** A coordinator divides a request among specialists, a critic checks what they bring back. */
@NullMarked
package io.llmcluster.patterns.maestro;

import org.jspecify.annotations.NullMarked;
