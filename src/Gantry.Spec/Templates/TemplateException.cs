namespace Gantry.Spec.Templates;

/// <summary>A template that cannot be read or executed, in the words of Go's text/template.</summary>
internal sealed class TemplateException(string message) : Exception(message);
