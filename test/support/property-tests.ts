/**
 * Loaded before every test file: makes fast-check's runs repeatable with TAMIS_SEED.
 *
 * Without it, each run tries other examples, and prints the seed of a failure. CI sets it, so that the result of a run
 * does not depend on the examples.
 */
import fc from "fast-check"

const { TAMIS_SEED } = process.env
if (TAMIS_SEED !== undefined) fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(TAMIS_SEED) })
