using System.Text;
using Gantry.Spec;
using Gantry.Spec.Engine;

namespace Gantry.Cli.Building;

/// <summary>One display for several builds at once; each step says whose it is.</summary>
internal sealed class SharedDisplay(IBuildDisplay display) : IDisposable
{
    private readonly Lock _gate = new();

    private IBuildDisplay Inner => display;

    public IBuildDisplay Of(string name) => new Part(this, name);

    /// <summary>All builds are over.</summary>
    public void End() => display.End();

    public void Dispose() => (display as IDisposable)?.Dispose();

    private sealed class Part(SharedDisplay shared, string name) : IBuildDisplay
    {
        public void Show(BuildMessage message)
        {
            lock (shared._gate)
            {
                shared.Inner.Show(message with
                {
                    Step = message.Step is { } step ? step with { Id = IdOf(step.Id), Inputs = [.. step.Inputs.Select(IdOf)], Name = NameOf(step.Name) } : null,
                    Output = message.Output is { } output ? output with { Step = IdOf(output.Step) } : null,
                    Part = message.Part is { } part ? part with { Step = IdOf(part.Step) } : null,
                });
            }
        }

        public void End()
        {
        }

        private string IdOf(string step) => Digest.Sha256(Encoding.UTF8.GetBytes($"{name}\n{step}")).ToString();

        /// <summary><c>[web internal] load .dockerignore</c>, <c>[web 1/2] FROM busybox</c>, <c>[web] exporting to image</c>.</summary>
        private string NameOf(string step) => step.StartsWith('[') ? $"[{name} {step[1..]}" : $"[{name}] {step}";
    }
}
