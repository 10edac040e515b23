namespace Gantry.Engine.Containers;

/// <summary>Names for containers that were given none: <c>quiet_turing</c>.</summary>
internal static class NameGenerator
{
    private static readonly string[] Adjectives =
    [
        "able", "airy", "alert", "ample", "apt", "autumn", "azure", "bold", "brave", "breezy", "bright", "brisk", "calm", "candid",
        "careful", "cheery", "civil", "clear", "clever", "cosy", "crisp", "curious", "daring", "deft", "eager", "early", "earnest", "easy",
        "fair", "fleet", "fond", "frank", "fresh", "frosty", "gentle", "giddy", "glad", "golden", "grand", "hardy", "hearty", "honest",
        "humble", "jolly", "keen", "kind", "lively", "lucid", "lucky", "mellow", "merry", "mild", "modest", "neat", "nimble", "noble",
        "patient", "plain", "polite", "proud", "quick", "quiet", "rapid", "ready", "robust", "serene", "sharp", "silver", "smart", "snug",
        "sober", "solid", "spry", "steady", "stout", "sturdy", "sunny", "swift", "tender", "tidy", "trusty", "upbeat", "valiant", "vivid",
        "warm", "wise", "witty", "zesty",
    ];

    private static readonly string[] Surnames =
    [
        "abel", "ampere", "archimedes", "aryabhata", "bernoulli", "bohr", "boole", "boyle", "brunel", "cantor", "carnot", "cauchy",
        "cavendish", "celsius", "clarke", "copernicus", "coulomb", "curie", "dalton", "darwin", "descartes", "dijkstra", "dirac", "edison",
        "einstein", "eratosthenes", "euclid", "euler", "faraday", "fermat", "fermi", "fibonacci", "fourier", "franklin", "galileo", "galois",
        "gauss", "germain", "goodall", "hamilton", "heisenberg", "herschel", "hertz", "hilbert", "hopper", "hubble", "huygens", "hypatia",
        "joule", "kelvin", "kepler", "knuth", "kovalevskaya", "lagrange", "laplace", "leavitt", "leibniz", "linnaeus", "lovelace", "maxwell",
        "meitner", "mendel", "mendeleev", "mirzakhani", "napier", "newton", "nobel", "noether", "ohm", "pascal", "pasteur", "planck",
        "poincare", "ramanujan", "riemann", "ritchie", "rutherford", "shannon", "somerville", "stevin", "tesla", "torricelli", "turing",
        "venn", "volta", "watt", "wiles", "wu",
    ];

    /// <summary>A name that <paramref name="isTaken"/> denies; after a few tries a digit is added, as Docker does.</summary>
    public static string Next(Func<string, bool> isTaken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var name = $"{Adjectives[Random.Shared.Next(Adjectives.Length)]}_{Surnames[Random.Shared.Next(Surnames.Length)]}";
            if (attempt >= 6)
            {
                name += Random.Shared.Next(attempt < 20 ? 10 : int.MaxValue);
            }

            if (!isTaken(name))
            {
                return name;
            }
        }
    }
}
