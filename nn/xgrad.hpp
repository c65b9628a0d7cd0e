#pragma once
// Everything of xgrad in one header.
